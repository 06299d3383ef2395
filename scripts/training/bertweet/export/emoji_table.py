"""The emoji table of a model bundle: what `emoji.demojize` answers for every single code point that it changes.

BERTweet was trained with emoji 0.6.0, later versions name many emoji otherwise. The tokenizer demojizes only tokens of one
code point, so the table needs no sequences. U+FE0F, which demojize deletes, is in it with an empty name.
"""

import json
from importlib.metadata import version

from emoji import demojize

EMOJI_VERSION = "0.6.0"
EMOJI_FILE = "emoji.json"


def emoji_table() -> str:
    """`emoji.json`. Raises RuntimeError under another version of `emoji`."""
    if version("emoji") != EMOJI_VERSION:
        raise RuntimeError(f"needs emoji=={EMOJI_VERSION}, found {version('emoji')}")
    characters = map(chr, range(0x110000))
    table = {character: name for character in characters if (name := demojize(character)) != character}
    return json.dumps(table, ensure_ascii=False, indent=0) + "\n"
