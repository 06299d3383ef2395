#!/usr/bin/env python3
"""Add exits to a classification: texts that are sure after few layers are answered there, without the layers behind them.

The encoder and the other heads stay as they are. Only our own engine (`simd`) takes exits.

- A small head is trained on the states after each `--layer`. It learns the whole model's probabilities for the training texts, and for
  `--texts` of the tweets in `--unlabelled`. It never sees the labels of `train`.
- Dev gives each exit a temperature, and the lowest threshold at which `--agreement` of all dev texts keep the whole model's label.
- The new bundle has one more file, `exits.bin`. All other files stay the same; the version changes.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle to add to; it stays as it is if --out is another folder")
    parser.add_argument("--data", type=Path, required=True, help="folder with the task's train and dev")
    parser.add_argument("--name", required=True, help="the classification in the bundle")
    parser.add_argument("--out", type=Path, required=True, help="the new bundle's folder")
    parser.add_argument("--layer", type=int, action="append", required=True, help="after which layer, from 1 on; may be repeated")
    parser.add_argument("--agreement", type=float, default=0.9925, help="share of dev texts that keep their label (default 0.9925)")
    parser.add_argument("--metric", default="accuracy", help="what is printed about dev (default accuracy)")
    parser.add_argument("--unlabelled", type=Path, help="file of further texts, one a line")
    parser.add_argument("--texts", type=int, default=40_000, help="how many of them (default 40000)")
    parser.add_argument("--limit", type=int, help="use only the first N texts of each file (smoke run)")
    args = parser.parse_args()

    from bertweet.export.exiting import add_exits

    run(parser, add_exits, args)


if __name__ == "__main__":
    main()
