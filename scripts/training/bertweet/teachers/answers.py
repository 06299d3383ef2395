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
from bertweet.data.tokenizer import PAD_ID
from bertweet.model.checkpoint import load, save
from bertweet.model.encoder import load_encoder
from bertweet.model.multitask import FILL_MASK, MultiTaskModel
from bertweet.teachers.hub_encoder import HubEncoder
from bertweet.teachers.kernel import KernelMachine

BATCH = 128  # texts that a teacher reads at once


@dataclass(frozen=True)
class Read:
    """A text in one vocabulary: its ids, and the position of each word's first piece."""

    ids: list[int]
    words: list[int]


@dataclass(frozen=True)
class Answers:
    """Teachers' answers. `kinds` and `probabilities` have an entry for each task.

    Probabilities are float16: [texts, labels] of a classification, [words of all texts, labels] of a tagging, text after text.
    """

    texts: list[Read]
    probabilities: dict[str, torch.Tensor]
    kinds: dict[str, str]

    def save(self, path: Path) -> None:
        texts = [(text.ids, text.words) for text in self.texts]
        save(path, "answers", {"texts": texts, "probabilities": self.probabilities, "kinds": self.kinds})


def load_answers(paths: list[Path]) -> Answers:
    """The answers of several files, one after another. Raises Unusable for a file of another format."""
    parts = [load(path, "answers") for path in paths]
    kinds = parts[0]["kinds"]
    texts = [Read(*text) for part in parts for text in part["texts"]]
    return Answers(texts, {name: torch.cat([part["probabilities"][name] for part in parts]) for name in kinds}, kinds)


def first_words(texts: list[Read]) -> list[int]:
    """For each text the number of words before it, and at the end how many there are."""
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
        with torch.autocast("cpu", torch.bfloat16):
            hidden = encoder(ids).float()
        yield numbers, ids, hidden


def embed(encoder: nn.Module, rows: list[list[int]], desc: str) -> torch.Tensor:
    """Sentence embeddings [rows, hidden]: the mean of each row's hidden states, scaled to length 1."""
    embeddings = torch.zeros(len(rows), encoder.shape.hidden_size)
    for numbers, ids, hidden in read_all(encoder, rows, desc):
        read = (ids != PAD_ID).unsqueeze(-1)
        embeddings[numbers] = F.normalize((hidden * read).sum(1) / read.sum(1), dim=-1)
    return embeddings


def ask(path: Path, texts: list[Read]) -> Answers:
    """The answers of a model or a teacher about `texts`, whose ids are in its vocabulary."""
    saved = load(path, "model", "teacher", "kernel-teacher")
    match saved["format"]:
        case "kernel-teacher":
            return ask_machines(saved, texts, str(path))
        case "teacher":
            encoder = HubEncoder(Path(saved["folder"]))
            encoder.load_state_dict(saved["encoder"])
        case "model":
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


def ask_machines(saved: dict, texts: list[Read], desc: str) -> Answers:
    """The answers of the kernel machines that teach_kernel.py made."""
    embeddings = embed(HubEncoder(Path(saved["folder"])), [text.ids for text in texts], desc)
    machines = {name: KernelMachine(**machine) for name, machine in saved["machines"].items()}
    parts = embeddings.split(BATCH)
    answers = {
        name: torch.cat([machine.logits(part).softmax(-1) for part in parts]).half() for name, machine in machines.items()
    }
    return Answers(texts, answers, dict.fromkeys(answers, "classification"))


def divergence(
    model: MultiTaskModel, answers: Answers, starts: list[int], numbers: list[int], weights: dict[str, float]
) -> torch.Tensor:
    """Sum over the tasks of the mean divergence (Kullback-Leibler) of the model's answers from the teachers'.

    `starts` are the answers' first_words, `numbers` those of the batch's texts, `weights` those of tasks that do not weigh 1.
    """
    batch = [answers.texts[number] for number in numbers]
    with torch.autocast("cpu", torch.bfloat16, enabled=model.training):
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
