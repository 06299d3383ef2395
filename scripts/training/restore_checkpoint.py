#!/usr/bin/env python3
"""Convert a bundle from export.py back to `finetuned.pt`, so that finetune.py and answers.py can continue from published weights.

The result has the bundle's dequantized weights, so the precision that int8 lost does not come back. Smoothing is undone. int4 bundles
can't be restored.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--out", type=Path, required=True, help="file for the checkpoint")
    args = parser.parse_args()

    from bertweet.export.restoring import restore

    run(parser, restore, args)


if __name__ == "__main__":
    main()
