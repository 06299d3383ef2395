"""Exit heads: small heads that answer a text from the states after an early layer (Xin et al. 2020), taught by the whole model."""

import random
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from bertweet.data.batches import batches_by_length

QUERIES = 4
INNER = 16
DROPOUT = 0.1
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 0.01
EPOCHS = 6
BATCH_TOKENS = 8192


@dataclass(frozen=True)
class Observed:
    """Texts as one exit sees them.

    - `states`: float16 [tokens, hidden] after the exit's layer, for each text.
    - `answers`: the whole model's probabilities, float32 [texts, labels].
    """

    states: list[np.ndarray]
    answers: torch.Tensor


class ExitHead(nn.Module):
    """Each query makes a weighted mean of a text's states, softmax(states @ query). A small layer and a matrix read the means."""

    def __init__(self, size: int, labels: int):
        super().__init__()
        self.queries = nn.Parameter(0.05 * torch.randn(QUERIES, size))
        self.dense = nn.Linear(QUERIES * size, INNER)
        self.output = nn.Linear(INNER, labels)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """states [texts, tokens, hidden], mask [texts, tokens] -> logits [texts, labels]."""
        scores = (states @ self.queries.T).masked_fill(~mask[..., None], -1e4)
        means = torch.einsum("btq,bth->bqh", scores.softmax(1), states).flatten(1)
        return self.output(self.dropout(F.relu(self.dense(self.dropout(means)))))


def stack(states: list[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
    """(float32 [texts, tokens, hidden], mask [texts, tokens]) of texts of several lengths."""
    lengths = np.array([len(each) for each in states])
    padded = np.zeros((len(states), lengths.max(), states[0].shape[1]), np.float32)
    for row, each in zip(padded, states, strict=True):
        row[: len(each)] = each
    return torch.from_numpy(padded), torch.from_numpy(np.arange(lengths.max()) < lengths[:, None])


def train_exit(seen: Observed, label: str) -> ExitHead:
    """A head that gives the whole model's probabilities. Its loss is the cross-entropy with them; labels of people are not used."""
    torch.manual_seed(0)
    rng = random.Random(0)
    head = ExitHead(seen.states[0].shape[1], seen.answers.shape[1])
    optimizer = torch.optim.AdamW(head.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    lengths = [len(each) for each in seen.states]
    epochs = [list(batches_by_length(lengths, BATCH_TOKENS, rng)) for _ in range(EPOCHS)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, sum(map(len, epochs)), pct_start=0.1)
    for number, batches in enumerate(epochs, 1):
        total = 0.0
        for batch in batches:
            loss = F.cross_entropy(head(*stack([seen.states[index] for index in batch])), seen.answers[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"{label}: epoch {number} of {EPOCHS}, loss {total / len(batches):.4f}", flush=True)
    return head.eval()


@torch.no_grad()
def exit_logits(head: ExitHead, states: list[np.ndarray], batch: int = 64) -> torch.Tensor:
    """float32 [texts, labels]."""
    return torch.cat([head(*stack(states[start : start + batch])) for start in range(0, len(states), batch)])


def lowest_threshold(probabilities: torch.Tensor, wanted: torch.Tensor, allowed: int) -> float:
    """The lowest threshold at which at most `allowed` texts get another label than `wanted`, in steps of 0.001.

    1 if there is none: then the exit answers only what it is certain of.
    """
    sure, found = probabilities.max(-1)
    wrong = found != wanted
    steps = (step / 1000 for step in range(1001))
    return next((step for step in steps if int((wrong & (sure >= step)).sum()) <= allowed), 1.0)
