"""WordPiece vocabularies: the `tokenizer.json` of an encoder from the Hugging Face Hub."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tokenizers import Tokenizer
from transformers.models.bertweet.tokenization_bertweet import BertweetTokenizer

from bertweet.data.tokenizer import MAX_TOKENS, Encoding, normalize_word


def load_wordpiece(folder: Path) -> Tokenizer:
    """The vocabulary, without the padding and truncation that its file configures."""
    pieces = Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces.no_padding()
    pieces.no_truncation()
    return pieces


@dataclass(frozen=True)
class Vocabulary:
    """A WordPiece vocabulary, and the ids of its start and end."""

    pieces: Tokenizer
    start: int
    end: int


def wordpiece_ids(vocabulary: Vocabulary, words: list[str], max_tokens: int = MAX_TOKENS) -> tuple[list[int], list[int]]:
    """Start, pieces of normalized words, end. Also the position of the first piece of each word that fits completely."""
    encoded = vocabulary.pieces.encode(words, is_pretokenized=True, add_special_tokens=False)
    pieces: list[list[int]] = [[] for _ in words]
    for number, word in zip(encoded.ids, encoded.word_ids, strict=True):
        pieces[word].append(number)
    ids, first_pieces = [vocabulary.start], []
    for own in pieces:
        own = own or [vocabulary.pieces.token_to_id("[UNK]")]
        if len(ids) + len(own) > max_tokens - 1:
            break
        first_pieces.append(len(ids))
        ids += own
    return [*ids, vocabulary.end], first_pieces


def wordpiece_encoding(folder: Path, normalizer: BertweetTokenizer) -> Encoding:
    """The vocabulary in `folder`, applied after BERTweet's normalization."""
    pieces = load_wordpiece(folder)
    vocabulary = Vocabulary(pieces, *pieces.encode("").ids)
    return Encoding(partial(text_ids, vocabulary, normalizer), partial(word_ids, vocabulary, normalizer))


def text_ids(vocabulary: Vocabulary, normalizer: BertweetTokenizer, text: str, max_tokens: int) -> list[int]:
    return wordpiece_ids(vocabulary, normalizer.normalizeTweet(text).split(), max_tokens)[0]


def word_ids(vocabulary: Vocabulary, normalizer: BertweetTokenizer, words: list[str]) -> tuple[list[int], list[int]]:
    return wordpiece_ids(vocabulary, [normalize_word(normalizer, word) for word in words])
