"""The emoji table of a bundle: the result of `emoji.demojize` for each code point that it changes.

BERTweet was trained with emoji 0.6.0. Later versions have different names for many emoji. The tokenizer demojizes tokens of one code
point only, so the table has no sequences. demojize deletes U+FE0F, so its name is empty.
"""

import json
from importlib.metadata import version

from emoji import demojize

EMOJI_VERSION = "0.6.0"
EMOJI_FILE = "emoji.json"


def emoji_table() -> str:
    """`emoji.json`. Raises RuntimeError if another version of `emoji` is installed."""
    if version("emoji") != EMOJI_VERSION:
        raise RuntimeError(f"needs emoji=={EMOJI_VERSION}, found {version('emoji')}")
    characters = map(chr, range(0x110000))
    table = {character: name for character in characters if (name := demojize(character)) != character}
    return json.dumps(table, ensure_ascii=False, indent=0) + "\n"
