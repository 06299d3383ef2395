"""Texts with the probabilities that teachers gave them, for all tasks at once (Hinton et al. 2015)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from tqdm import tqdm

from bertweet.data.batches import pad
from bertweet.model.checkpoint import load, save
from bertweet.model.encoder import load_encoder
from bertweet.model.multitask import FILL_MASK, MultiTaskModel
from bertweet.teachers.hub_encoder import HubEncoder

BATCH = 128  # texts that a teacher reads at once


@dataclass(frozen=True)
class Read:
    """A text in one vocabulary: its ids, and the position of each word's first piece."""

    ids: list[int]
    words: list[int]


@dataclass(frozen=True)
class Answers:
    """Teachers' answers. `kinds` and `probabilities` have an entry for each task.

    Probabilities are float16: [texts, labels] for a classification, [words of all texts, labels] for a tagging, text after text.
    """

    texts: list[Read]
    probabilities: dict[str, torch.Tensor]
    kinds: dict[str, str]

    def save(self, path: Path) -> None:
        texts = [(text.ids, text.words) for text in self.texts]
        save(path, "answers", {"texts": texts, "probabilities": self.probabilities, "kinds": self.kinds})


def load_answers(paths: list[Path]) -> Answers:
    """The answers of several files, concatenated. Raises Unusable for a file of another format."""
    parts = [load(path, "answers") for path in paths]
    kinds = parts[0]["kinds"]
    texts = [Read(*text) for part in parts for text in part["texts"]]
    return Answers(texts, {name: torch.cat([part["probabilities"][name] for part in parts]) for name in kinds}, kinds)


def first_words(texts: list[Read]) -> list[int]:
    """The number of words before each text, and at the end of the list the number of all words."""
    return [0, *accumulate(len(text.words) for text in texts)]


def word_rows(texts: list[Read]) -> tuple[torch.Tensor, torch.Tensor]:
    """(row in the batch, position) of every word of `texts`."""
    rows = torch.tensor([row for row, text in enumerate(texts) for _ in text.words], dtype=torch.int64)
    return rows, torch.tensor([position for text in texts for position in text.words], dtype=torch.int64)


@torch.no_grad()
def read_all(encoder: nn.Module, rows: list[list[int]], desc: str) -> Iterator[tuple[list[int], torch.Tensor, torch.Tensor]]:
    """Batches of similar length. Yields the numbers of the batch's rows, their ids, and their last hidden states [batch, tokens, hidden]."""
    encoder.eval()
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    for begin in tqdm(range(0, len(order), BATCH), desc=desc, mininterval=10):
        numbers = order[begin : begin + BATCH]
        ids = pad([rows[number] for number in numbers])
        with torch.autocast(torch.get_default_device().type, torch.bfloat16):
            hidden = encoder(ids).float()
        yield numbers, ids, hidden


def ask(path: Path, texts: list[Read]) -> Answers:
    """The answers of a model or a teacher to `texts`, whose ids are in its vocabulary."""
    saved = load(path, "model", "teacher")
    if saved["format"] == "teacher":
        encoder = HubEncoder(Path(saved["folder"]))
        encoder.load_state_dict(saved["encoder"])
    else:
        encoder = load_encoder(saved)
    return ask_heads(encoder, saved["heads"], texts, str(path))


def ask_heads(encoder: nn.Module, given: dict[str, dict], texts: list[Read], desc: str) -> Answers:
    """The answers of an encoder with a linear head for each task."""
    heads = {name: head for name, head in given.items() if head["kind"] != FILL_MASK}
    starts = first_words(texts)
    answers = {
        name: torch.zeros(starts[-1] if head["kind"] == "tagging" else len(texts), len(head["labels"]), dtype=torch.float16)
        for name, head in heads.items()
    }
    for numbers, _, hidden in read_all(encoder, [text.ids for text in texts], desc):
        of_words = hidden[word_rows([texts[number] for number in numbers])]
        word_numbers = [word for number in numbers for word in range(starts[number], starts[number + 1])]
        for name, head in heads.items():
            tagged = head["kind"] == "tagging"
            logits = F.linear(of_words if tagged else hidden[:, 0], head["weight"], head["bias"])
            answers[name][word_numbers if tagged else numbers] = logits.softmax(-1).half()
    return Answers(texts, answers, {name: head["kind"] for name, head in heads.items()})


def divergence(
    model: MultiTaskModel, answers: Answers, starts: list[int], numbers: list[int], weights: dict[str, float]
) -> torch.Tensor:
    """The mean divergence (Kullback-Leibler) of the model's answers from the teachers', summed over the tasks.

    - `starts`: the answers' first_words.
    - `numbers`: the numbers of the batch's texts.
    - `weights`: the weights of tasks, where they are not 1.
    """
    batch = [answers.texts[number] for number in numbers]
    with torch.autocast(torch.get_default_device().type, torch.bfloat16, enabled=model.training):
        hidden = model.encoder(pad([text.ids for text in batch]))
    of_texts, of_words = model.dropout(hidden[:, 0].float()), model.dropout(hidden[word_rows(batch)].float())
    word_numbers = [word for number in numbers for word in range(starts[number], starts[number + 1])]
    losses = []
    for name, kind in answers.kinds.items():
        states, rows = (of_words, word_numbers) if kind == "tagging" else (of_texts, numbers)
        logits = model.heads[name](states)
        apart = F.kl_div(logits.log_softmax(-1), answers.probabilities[name][rows].float(), reduction="batchmean")
        losses.append(weights.get(name, 1.0) * apart)
    return torch.stack(losses).sum()
