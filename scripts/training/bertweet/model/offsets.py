"""Moves a head's logits by a few steps in one direction, so that the task's own metric is highest on dev.

- A classification moves along the labels' frequencies in training (logit adjustment, Menon et al. 2021), because metrics that average
  over classes give rare labels more weight than cross-entropy does.
- A BIO tagger moves away from `O`. For the best F1, the threshold of an entity's probability is half of that F1 (Lipton et al. 2014),
  not 0.5.
"""

from dataclasses import dataclass

import torch

from bertweet.data.tasks import Task, class_counts
from bertweet.model.bio import is_bio
from bertweet.model.multitask import score

STEPS = 4  # maximum, in either direction
# If training uses class weights of frequency ** -0.5, four steps reach from no class weights to weights that make all labels equal.
FREQUENCY_STEP = 0.125
OUTSIDE_STEP = 0.25


@dataclass(frozen=True)
class Offset:
    """`bias` [labels] is added to the logits. It has `steps` steps. `before` and `after` are dev figures."""

    bias: torch.Tensor
    steps: int
    before: float
    after: float


def step_of(task: Task) -> torch.Tensor | None:
    """One step [labels]. None for a tag set that is not BIO, because its metric is accuracy, which needs no offset."""
    if is_bio(task.labels):
        return torch.tensor([-OUTSIDE_STEP if label == "O" else 0.0 for label in task.labels])
    if task.kind == "tagging":
        return None
    counts = class_counts(task).clamp(min=1)
    return -FREQUENCY_STEP * (counts / counts.sum()).log()


def find_offset(task: Task, logits: list[torch.Tensor]) -> Offset:
    """The number of steps with the highest dev figure. Ties go to fewer steps.

    Each figure is averaged with its two neighbours, to reduce noise. `logits` are the result of `predict` for dev.
    """
    dev, step = task.splits["dev"], step_of(task)
    if step is None:
        figure = score(task, dev, logits)
        return Offset(torch.zeros(len(task.labels)), 0, figure, figure)
    figures = {steps: score(task, dev, [rows + steps * step for rows in logits]) for steps in range(-STEPS - 1, STEPS + 2)}
    best = max(sorted(range(-STEPS, STEPS + 1), key=abs), key=lambda steps: sum(figures[steps + by] for by in (-1, 0, 1)))
    return Offset(best * step, best, figures[0], figures[best])
