"""Where a head draws its line: logits moved by a few steps in one direction, picked on dev for the task's own metric.

A classification moves along the labels' frequencies in training (logit adjustment, Menon et al. 2021), since averages over classes
ask more of rare labels than cross-entropy does. A BIO tagger moves against `O`: F1 is highest when whatever is likelier than half
of it is taken (Lipton et al. 2014), not whatever is likelier than not.
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
    """`bias` [labels] is to be added to the logits: so many steps. `before` and `after` are dev figures."""

    bias: torch.Tensor
    steps: int
    before: float
    after: float


def step_of(task: Task) -> torch.Tensor | None:
    """[labels], or none for a tag set whose metric is the share of right tags."""
    if is_bio(task.labels):
        return torch.tensor([-OUTSIDE_STEP if label == "O" else 0.0 for label in task.labels])
    if task.kind == "tagging":
        return None
    counts = class_counts(task).clamp(min=1)
    return -FREQUENCY_STEP * (counts / counts.sum()).log()


def find_offset(task: Task, logits: list[torch.Tensor]) -> Offset:
    """The steps whose dev figure is highest, averaged with its two neighbours' so that chance picks less; at a tie the fewest.

    `logits` are those of dev, as `predict` gives them.
    """
    dev, step = task.splits["dev"], step_of(task)
    if step is None:
        figure = score(task, dev, logits)
        return Offset(torch.zeros(len(task.labels)), 0, figure, figure)
    figures = {steps: score(task, dev, [rows + steps * step for rows in logits]) for steps in range(-STEPS - 1, STEPS + 2)}
    best = max(sorted(range(-STEPS, STEPS + 1), key=abs), key=lambda steps: sum(figures[steps + by] for by in (-1, 0, 1)))
    return Offset(best * step, best, figures[0], figures[best])
