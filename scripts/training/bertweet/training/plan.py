"""The order of a fine-tuning run's batches."""

import random
from argparse import Namespace
from dataclasses import dataclass, replace
from typing import Literal

from bertweet.data.batches import batches_by_length
from bertweet.data.tasks import Task, training_batches
from bertweet.teachers.answers import Answers


@dataclass(frozen=True)
class Step:
    """A batch, as the numbers of its texts.

    - `labelled`: training texts of `task`, learned with their labels.
    - `masked`: training texts of `task`, learned by masked language modelling.
    - `answered`: texts that teachers labelled, learned for all tasks at once.
    """

    kind: Literal["labelled", "masked", "answered"]
    task: str | None
    texts: list[int]


def plan_labelled(tasks: list[Task], args: Namespace) -> list[Step]:
    """The labelled batches. A task of n texts is passed over `effort * epochs * (largest / n) ** (1 - temper)` times."""
    largest, efforts = max(len(task.splits["train"]) for task in tasks), dict(args.effort)
    plan = []
    for task in tasks:
        share = largest / len(task.splits["train"])
        passes = min(args.max_passes, args.epochs * share ** (1 - args.temper)) * efforts.get(task.name, task.effort)
        batches = training_batches(task, passes, args.batch_tokens, random.Random(f"{args.seed} {task.name}"))
        plan += [Step("labelled", task.name, batch) for batch in batches]
    return plan


def plan_steps(tasks: list[Task], answers: Answers | None, args: Namespace) -> list[Step]:
    """Every step of the run, all tasks and kinds mixed."""
    plan, rng = plan_labelled(tasks, args), random.Random(args.seed)
    classifications = {task.name for task in tasks if task.kind == "classification"}
    texts = [step for step in plan if step.task in classifications]
    plan += [replace(step, kind="masked") for step in rng.choices(texts or plan, k=round(args.fill_mask * len(plan)))]
    if answers:
        lengths = [len(text.ids) for text in answers.texts]
        for _ in range(args.answer_passes):
            plan += [Step("answered", None, batch) for batch in batches_by_length(lengths, args.batch_tokens, rng)]
    rng.shuffle(plan)
    return plan
