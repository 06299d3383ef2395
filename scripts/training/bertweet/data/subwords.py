"""A checkpoint folder's tokenizer, by the files that are there: fastBPE, or the byte-level BPE of BERTweet-large."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from transformers import AddedToken, RobertaTokenizer

from bertweet.data.tokenizer import encode_text, load_normalizer, load_tokenizer

FASTBPE = {"kind": "fastbpe", "vocab": "vocab.txt", "merges": "bpe.codes"}
BYTE_LEVEL = {"kind": "byte-level-bpe", "vocab": "vocab.json", "merges": "merges.txt"}
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Subwords:
    """`files` are its kind and files as in the manifest, `size` counts ids, `<mask>` included.

    `encode` makes `<s> pieces </s>` of a raw text, cut to a number of tokens. `word_starts` answers for such ids where words begin.
    """

    files: dict[str, str]
    size: int
    mask_id: int
    encode: Callable[[str, int], list[int]]
    word_starts: Callable[[list[int]], list[int]]


def load_subwords(folder: Path) -> Subwords:
    return load_byte_level(folder) if (folder / BYTE_LEVEL["vocab"]).exists() else load_fastbpe(folder)


def load_fastbpe(folder: Path) -> Subwords:
    tokenizer = load_tokenizer(folder)

    def word_starts(ids: list[int]) -> list[int]:
        pieces = tokenizer.convert_ids_to_tokens(ids)
        return [at for at in range(1, len(ids) - 1) if at == 1 or not pieces[at - 1].endswith("@@")]

    return Subwords(FASTBPE, len(tokenizer), tokenizer.mask_token_id, partial(encode_text, tokenizer), word_starts)


def load_byte_level(folder: Path) -> Subwords:
    """RoBERTa's tokenizer on what BERTweet's normalization makes of a text."""
    tokenizer, normalizer = load_roberta_tokenizer(folder), load_normalizer()

    def encode(text: str, max_tokens: int) -> list[int]:
        normalized = SURROGATE.sub("\ufffd", normalizer.normalizeTweet(text))
        return tokenizer(normalized, truncation=True, max_length=max_tokens)["input_ids"]

    def word_starts(ids: list[int]) -> list[int]:
        pieces = tokenizer.convert_ids_to_tokens(ids)
        return [at for at in range(1, len(ids) - 1) if at == 1 or pieces[at].startswith(("Ġ", "<mask>"))]

    return Subwords(BYTE_LEVEL, len(tokenizer), tokenizer.mask_token_id, encode, word_starts)


def load_roberta_tokenizer(folder: Path) -> RobertaTokenizer:
    """As RoBERTa's configuration has it: `<mask>` takes the space before it. transformers 5 leaves that to tokenizer.json."""
    mask = AddedToken("<mask>", lstrip=True, special=True, normalized=False)
    vocab, merges = (str(folder / BYTE_LEVEL[part]) for part in ("vocab", "merges"))
    return RobertaTokenizer(vocab, merges, mask_token=mask)
