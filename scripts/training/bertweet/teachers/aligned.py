"""One tweet in two vocabularies, aligned by words, so that a student's hidden states can be compared with a teacher's."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers.models.bertweet.tokenization_bertweet import BertweetTokenizer

from bertweet.data.batches import pad
from bertweet.data.tokenizer import BOS_ID, EOS_ID, MAX_TOKENS


@dataclass(frozen=True)
class Pieces:
    """`ids` of a text, including the start and end tokens. `words` has each piece's word number. It is -1 for start and end."""

    ids: np.ndarray
    words: np.ndarray


@dataclass(frozen=True)
class Aligned:
    student: Pieces
    teacher: Pieces


def align(text: str, tokenizer: BertweetTokenizer, wordpiece: Tokenizer) -> Aligned:
    """The first words of the normalized text, as many as fit both encoders."""
    words = tokenizer.normalizeTweet(text).split()
    student = [tokenizer.convert_tokens_to_ids(tokenizer.bpe(word).split(" ")) for word in words]
    taught = wordpiece.encode(words, is_pretokenized=True, add_special_tokens=False)
    teacher: list[list[int]] = [[] for _ in words]
    for number, word in zip(taught.ids, taught.word_ids, strict=True):
        teacher[word].append(number)
    ends = (BOS_ID, EOS_ID), (wordpiece.token_to_id("[CLS]"), wordpiece.token_to_id("[SEP]"))
    return Aligned(*(join(pieces, *end) for pieces, end in zip(cut(student, teacher), ends, strict=True)))


def cut(student: list[list[int]], teacher: list[list[int]]) -> tuple[list[list[int]], list[list[int]]]:
    lengths = np.maximum(np.cumsum([len(pieces) for pieces in student]), np.cumsum([len(pieces) for pieces in teacher]))
    fitting = int((lengths <= MAX_TOKENS - 2).sum())
    return student[:fitting], teacher[:fitting]


def join(words: list[list[int]], start: int, end: int) -> Pieces:
    ids = [start, *(number for pieces in words for number in pieces), end]
    owners = [-1, *(word for word, pieces in enumerate(words) for _ in pieces), -1]
    return Pieces(np.array(ids, dtype=np.int32), np.array(owners, dtype=np.int32))


def averaging(words: torch.Tensor, count: int) -> torch.Tensor:
    """The matrix [batch, count, tokens] that takes the mean over each word's pieces. Rows of absent words are 0."""
    belongs = (words[:, None, :] == torch.arange(count)[None, :, None]).float()
    return belongs / belongs.sum(-1, keepdim=True).clamp(min=1)


def distance(
    student: list[torch.Tensor], teacher: list[torch.Tensor], batch: list[Aligned], hidden: torch.Tensor
) -> torch.Tensor:
    """Squared distance of the words' states, divided by the teacher's squared states. The mean over all given layers.

    `student` and `teacher` have a tensor [batch, tokens, hidden] for each layer. `hidden` [batch, tokens] marks masked pieces. Words
    with a masked piece do not count.
    """
    student_words = pad([text.student.words for text in batch], -1)
    teacher_words = pad([text.teacher.words for text in batch], -1)
    count = int(student_words.max()) + 1
    ours, theirs = averaging(student_words, count), averaging(teacher_words, count)
    counted = (ours.sum(-1) > 0) & (theirs.sum(-1) > 0) & ((ours * hidden[:, None, :]).sum(-1) == 0)
    ours, theirs = ours * counted[..., None], theirs * counted[..., None]
    shares = []
    for state, wanted in zip(student, teacher, strict=True):
        target = theirs @ wanted.float()
        shares.append((ours @ state.float() - target).square().sum() / target.square().sum())
    return torch.stack(shares).mean()
