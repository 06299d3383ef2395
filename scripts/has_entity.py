#!/usr/bin/env python3
"""Derive a classification from named entities: does a tweet name anybody or anything? Data for an example of add_head.py.

Reads CoNLL with BIO tags, writes `{"text","label"}` JSON lines with the labels `names` and `none`; the text is the words with a
space between two.
"""

import argparse
import json
from pathlib import Path

from mini.data import find_split, read_tagging


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with train, dev and test in CoNLL")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for split in ("train", "dev", "test"):
        rows = [
            {"text": " ".join(words), "label": "none" if set(tags) == {"O"} else "names"}
            for words, tags in read_tagging(find_split(args.data, split))
        ]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (args.out / f"{split}.jsonl").write_text(lines, encoding="utf-8")
        print(f"{split}: {len(rows)} texts, {sum(row['label'] == 'names' for row in rows)} with names")


if __name__ == "__main__":
    main()
