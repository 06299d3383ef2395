#!/usr/bin/env python3
"""Choose a round's model by dev: the model before the round, the one that learned in it, or the mean of their weights.

The figure of a model is the mean of all tasks' metrics on dev, in int8. A task with a second dev set (`--also`) counts with the mean of
its metrics on both. No test set is read.
"""

from pathlib import Path

from bertweet.command_line import add_data_options, new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    add_data_options(parser)
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--before", type=Path, required=True, help="the finetuned.pt that the round began from")
    parser.add_argument("--learned", type=Path, required=True, help="the finetuned.pt that the round ended with")
    parser.add_argument(
        "--also", action="append", default=[], metavar="FOLDER", help="this folder has a dev-recent.jsonl; may be given several times"
    )
    parser.add_argument("--out", type=Path, required=True, help="file for the chosen model")
    args = parser.parse_args()

    from bertweet.training.choosing import choose

    run(parser, choose, args)


if __name__ == "__main__":
    main()
