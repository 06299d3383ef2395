"""A checkpoint folder's tokenizer. With vocab.json it is BERTweet-large's byte-level BPE, otherwise fastBPE."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from transformers import AddedToken, RobertaTokenizer

from bertweet.data.hub_files import BYTE_LEVEL, FASTBPE
from bertweet.data.tokenizer import encode_text, load_normalizer, load_tokenizer

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Subwords:
    """A tokenizer. `files` has its kind and its files, as in the manifest. `size` is the number of ids, including `<mask>`.

    `encode(text, max_tokens)` gives `<s> pieces </s>`. `word_starts(ids)` gives the positions at which words begin.
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
    """RoBERTa's tokenizer, applied after BERTweet's normalization."""
    tokenizer, normalizer = load_roberta_tokenizer(folder), load_normalizer()

    def encode(text: str, max_tokens: int) -> list[int]:
        normalized = SURROGATE.sub("\ufffd", normalizer.normalizeTweet(text))
        return tokenizer(normalized, truncation=True, max_length=max_tokens)["input_ids"]

    def word_starts(ids: list[int]) -> list[int]:
        pieces = tokenizer.convert_ids_to_tokens(ids)
        return [at for at in range(1, len(ids) - 1) if at == 1 or pieces[at].startswith(("Ġ", "<mask>"))]

    return Subwords(BYTE_LEVEL, len(tokenizer), tokenizer.mask_token_id, encode, word_starts)


def load_roberta_tokenizer(folder: Path) -> RobertaTokenizer:
    """RoBERTa's tokenizer, whose `<mask>` includes the space before it. transformers 5 reads that setting from tokenizer.json only."""
    mask = AddedToken("<mask>", lstrip=True, special=True, normalized=False)
    vocab, merges = (str(folder / BYTE_LEVEL[part]) for part in ("vocab", "merges"))
    return RobertaTokenizer(vocab, merges, mask_token=mask)
