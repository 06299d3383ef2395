"""Text to ids for training. It uses Hugging Face's own BertweetTokenizer, so that training and the golden vectors agree."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from tqdm import tqdm
from transformers.models.bertweet.tokenization_bertweet import BertweetTokenizer, _replace_html_entities

BOS_ID, PAD_ID, EOS_ID, UNK_ID = 0, 1, 2, 3
MAX_TOKENS = 128


def load_tokenizer(bundle: Path) -> BertweetTokenizer:
    """The reference tokenizer over `vocab.txt` and `bpe.codes` in `bundle`, with tweet normalization on."""
    return BertweetTokenizer(str(bundle / "vocab.txt"), str(bundle / "bpe.codes"), normalization=True)


def load_normalizer() -> BertweetTokenizer:
    """The same with an empty vocabulary, to call `normalizeTweet` only."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("vocab.txt", "bpe.codes"):
            (Path(folder) / name).write_text("")
        return load_tokenizer(Path(folder))


def normalize_word(tokenizer: BertweetTokenizer, word: str) -> str:
    """BERTweet's normalization of one word of pre-tokenized text. The result is never empty and has no space."""
    word = _replace_html_entities(word)
    for curly, plain in tokenizer.special_puncts.items():
        word = word.replace(curly, plain)
    return "".join(tokenizer.normalizeToken(word).split()) or tokenizer.unk_token


def encode_text(tokenizer: BertweetTokenizer, text: str, max_tokens: int = MAX_TOKENS) -> list[int]:
    """`<s> pieces </s>`, truncated to `max_tokens`."""
    pieces = tokenizer.convert_tokens_to_ids(tokenizer.tokenize(text))
    return [BOS_ID, *pieces[: max_tokens - 2], EOS_ID]


def encode_words(tokenizer: BertweetTokenizer, words: list[str]) -> tuple[list[int], list[int]]:
    """Ids of pre-tokenized words, and the position of the first piece of each word that fits completely."""
    ids, first_pieces = [BOS_ID], []
    for word in words:
        pieces = tokenizer.convert_tokens_to_ids(tokenizer.bpe(normalize_word(tokenizer, word)).split(" "))
        if len(ids) + len(pieces) > MAX_TOKENS - 1:
            break
        first_pieces.append(len(ids))
        ids += pieces
    return [*ids, EOS_ID], first_pieces


@dataclass(frozen=True)
class Encoding:
    """A vocabulary's two ways to make ids.

    `text(text, max_tokens)` encodes a raw text. `words(words)` encodes pre-tokenized words, and also gives the position of each
    word's first piece.
    """

    text: Callable[[str, int], list[int]]
    words: Callable[[list[str]], tuple[list[int], list[int]]]


def fastbpe_encoding(tokenizer: BertweetTokenizer) -> Encoding:
    """The encoding of BERTweet's own tokenizer."""
    return Encoding(partial(encode_text, tokenizer), partial(encode_words, tokenizer))


def map_texts(texts: list, initializer, initargs: tuple, function, label: str) -> list:
    """`function` over `texts` on every core, in order, with a progress bar."""
    with Pool(initializer=initializer, initargs=initargs) as pool:
        return list(tqdm(pool.imap(function, texts, chunksize=512), total=len(texts), desc=label, mininterval=5))
