"""Writes the emoji table of a model bundle: what `emoji.demojize` answers for every single code point that it changes.

BERTweet was trained with emoji 0.6.0, later versions name many emoji otherwise. The tokenizer demojizes only tokens of one
code point, so the table needs no sequences. U+FE0F, which demojize deletes, is in it with an empty name.
"""

import argparse
import json
from importlib.metadata import version
from pathlib import Path

from emoji import demojize

EMOJI_VERSION = "0.6.0"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    out = parser.parse_args().out
    if version("emoji") != EMOJI_VERSION:
        parser.error(f"needs emoji=={EMOJI_VERSION}, found {version('emoji')}")
    characters = map(chr, range(0x110000))
    table = {character: name for character in characters if (name := demojize(character)) != character}
    out.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
