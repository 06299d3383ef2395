#!/usr/bin/env python3
"""Derive a classification from named entities: does a tweet have an entity? The result is example data for add_head.py.

Reads CoNLL with BIO tags. Writes JSON lines `{"text","label"}` with the labels `names` and `none`. The text is the words, joined by
spaces.
"""

from pathlib import Path

from bertweet.command_line import new_parser
from bertweet.data.files import find_split, read_tagging, write_classification


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train, dev and test in CoNLL")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for split in ("train", "dev", "test"):
        rows = [
            (" ".join(words), "none" if set(tags) == {"O"} else "names")
            for words, tags in read_tagging(find_split(args.data, split))
        ]
        write_classification(args.out / f"{split}.jsonl", rows)
        print(f"{split}: {len(rows)} texts, {sum(label == 'names' for _, label in rows)} with names")


if __name__ == "__main__":
    main()
