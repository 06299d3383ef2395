#!/usr/bin/env python3
"""Prepare a recipe's data: a folder like DATA, whose test sets are left out and whose tweets are not in any dev or test set.

- An unlabelled tweet is left out if it has the same words as a text of a dev or test set, or shares half of its four-word shingles
  with it, and at least three.
- `--hold-back FOLDER PATTERN SHARE` moves training texts that match PATTERN to FOLDER/dev-recent.jsonl, a second dev set. SHARE of the
  matching texts are moved, chosen by their hash. The other files are links.
"""

from pathlib import Path

from bertweet.command_line import add_data_options, new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    add_data_options(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder for the prepared data")
    parser.add_argument(
        "--hold-back",
        nargs=3,
        action="append",
        default=[],
        metavar=("FOLDER", "PATTERN", "SHARE"),
        help="a second dev set; may be given several times",
    )
    args = parser.parse_args()

    from bertweet.data.preparing import prepare

    run(parser, prepare, args)


if __name__ == "__main__":
    main()
