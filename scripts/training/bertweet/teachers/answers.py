"""Texts with the probabilities that teachers gave them, for every task at once (Hinton et al. 2015)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from tqdm import tqdm

from bertweet.data.batches import pad
from bertweet.model.encoder import Encoder, Shape
from bertweet.teachers.kernel import KernelMachine
from bertweet.model.multitask import FILL_MASK, MultiTaskModel
from bertweet.teachers.hub_encoder import HubEncoder
from bertweet.data.tokenizer import PAD_ID

BATCH = 128  # texts that a teacher reads at once


@dataclass(frozen=True)
class Read:
    """A text in one vocabulary: its ids, and the position of each word's first piece."""

    ids: list[int]
    words: list[int]


@dataclass(frozen=True)
class Answers:
    """`probabilities` of a classification are [texts, labels]; of a tagging [words of all texts, labels], the texts' words
    one after another."""

    texts: list[Read]
    probabilities: dict[str, torch.Tensor]
    kinds: dict[str, str]

    def save(self, path: Path) -> None:
        texts = [(text.ids, text.words) for text in self.texts]
        torch.save({"texts": texts, "probabilities": self.probabilities, "kinds": self.kinds}, path)


def load_answers(paths: list[Path]) -> Answers:
    """What several files hold, one behind another."""
    parts = [torch.load(path, weights_only=True) for path in paths]
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
    """Batches of like length: the numbers of some of `rows`, their ids and their last hidden states [batch, tokens, hidden]."""
    encoder.eval()
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    for begin in tqdm(range(0, len(order), BATCH), desc=desc, mininterval=10):
        numbers = order[begin : begin + BATCH]
        ids = pad([rows[number] for number in numbers])
        with torch.autocast("cpu", torch.bfloat16):
            hidden = encoder(ids).float()
        yield numbers, ids, hidden


def embed(encoder: nn.Module, rows: list[list[int]], desc: str) -> torch.Tensor:
    """[rows, hidden]: the mean of each row's hidden states, at length 1, as sentence-transformers' encoders were trained to compare them."""
    embeddings = torch.zeros(len(rows), encoder.shape.hidden_size)
    for numbers, ids, hidden in read_all(encoder, rows, desc):
        read = (ids != PAD_ID).unsqueeze(-1)
        embeddings[numbers] = F.normalize((hidden * read).sum(1) / read.sum(1), dim=-1)
    return embeddings


def ask(path: Path, texts: list[Read]) -> Answers:
    """What a teacher (teach.py, teach_kernel.py) or a multi-task model (finetune.py) says of `texts`, which are in its vocabulary."""
    saved = torch.load(path, weights_only=True)
    if "machines" in saved:
        return ask_machines(saved, texts, str(path))
    encoder = HubEncoder(Path(saved["folder"])) if "folder" in saved else Encoder(Shape(**saved["shape"]))
    encoder.load_state_dict(saved["encoder"])
    heads = {name: head for name, head in saved["heads"].items() if head["kind"] != FILL_MASK}
    starts = first_words(texts)
    answers = {
        name: torch.zeros(starts[-1] if head["kind"] == "tagging" else len(texts), len(head["labels"]), dtype=torch.float16)
        for name, head in heads.items()
    }
    for numbers, _, hidden in read_all(encoder, [text.ids for text in texts], str(path)):
        of_words = hidden[word_rows([texts[number] for number in numbers])]
        word_numbers = [word for number in numbers for word in range(starts[number], starts[number + 1])]
        for name, head in heads.items():
            tagged = head["kind"] == "tagging"
            logits = F.linear(of_words if tagged else hidden[:, 0], head["weight"], head["bias"])
            answers[name][word_numbers if tagged else numbers] = logits.softmax(-1).half()
    return Answers(texts, answers, {name: head["kind"] for name, head in heads.items()})


def ask_machines(saved: dict, texts: list[Read], desc: str) -> Answers:
    """What the kernel machines of teach_kernel.py say."""
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
