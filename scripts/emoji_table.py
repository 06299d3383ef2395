"""Writes the emoji table of a model bundle: the names that `emoji` 0.6.0, BERTweet's version, gives to single code points."""

import argparse
from pathlib import Path

from mini.emoji_names import emoji_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    parser.parse_args().out.write_text(emoji_table(), encoding="utf-8")


if __name__ == "__main__":
    main()
