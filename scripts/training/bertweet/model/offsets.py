"""Moves a head's logits by a few steps in one direction, so that the task's own metric is highest on dev.

- A classification moves along the labels' frequencies in training (logit adjustment, Menon et al. 2021): metrics that average over
  classes weigh rare labels more than cross-entropy does.
- A BIO tagger moves against `O`: for the best F1, an entity is taken if its probability exceeds half of that F1 (Lipton et al. 2014),
  not half of 1.
"""

from dataclasses import dataclass

import torch

from bertweet.data.tasks import Task, class_counts
from bertweet.model.bio import is_bio
from bertweet.model.multitask import score

STEPS = 4  # at most, to either side
# With class weights of frequency ** -0.5 in training, four steps are from no weights at all to those that make labels equal.
FREQUENCY_STEP = 0.125
OUTSIDE_STEP = 0.25


@dataclass(frozen=True)
class Offset:
    """`bias` [labels] is added to the logits; it is `steps` steps. `before` and `after` are dev figures."""

    bias: torch.Tensor
    steps: int
    before: float
    after: float


def step_of(task: Task) -> torch.Tensor | None:
    """One step [labels], or None for a tag set that is not BIO: its metric, accuracy, needs none."""
    if is_bio(task.labels):
        return torch.tensor([-OUTSIDE_STEP if label == "O" else 0.0 for label in task.labels])
    if task.kind == "tagging":
        return None
    counts = class_counts(task).clamp(min=1)
    return -FREQUENCY_STEP * (counts / counts.sum()).log()


def find_offset(task: Task, logits: list[torch.Tensor]) -> Offset:
    """The number of steps with the highest dev figure. At a tie the fewest steps.

    Each figure is averaged with its two neighbours, so that chance decides less. `logits` are those of dev, as `predict` gives them.
    """
    dev, step = task.splits["dev"], step_of(task)
    if step is None:
        figure = score(task, dev, logits)
        return Offset(torch.zeros(len(task.labels)), 0, figure, figure)
    figures = {steps: score(task, dev, [rows + steps * step for rows in logits]) for steps in range(-STEPS - 1, STEPS + 2)}
    best = max(sorted(range(-STEPS, STEPS + 1), key=abs), key=lambda steps: sum(figures[steps + by] for by in (-1, 0, 1)))
    return Offset(best * step, best, figures[0], figures[best])
