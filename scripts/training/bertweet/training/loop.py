"""The training loop of every run: checkpoints, clipping, the learning rate, the progress bar."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

from bertweet.model.checkpoint import resume_run, save_run

LARGEST_GRADIENT = 1.0  # norm over all trained parameters
WARM_UP = 0.06  # share of the steps


@dataclass(frozen=True)
class Run:
    """`steps` steps; the state is kept in `checkpoint` every `save_minutes` minutes."""

    name: str
    steps: int
    checkpoint: Path
    save_minutes: float


def learning_rate_factor(step: int, steps: int) -> float:
    """Share of the peak learning rate: a line up over the warm-up, then a line down to 0."""
    return min((step + 1) / max(1, math.ceil(steps * WARM_UP)), (steps - step) / max(1, steps * (1 - WARM_UP)))


def train(
    run: Run,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss_of: Callable[[int], torch.Tensor | None],
    report: Callable[[], str],
) -> None:
    """Trains the optimizer's parameters, from the run's last checkpoint on.

    `loss_of(step)` gives the loss of a step, or None if the step has nothing to learn. It must depend on nothing but the step's
    number and the weights, so that a run that was cut off repeats itself. `report()` is printed after each checkpoint.
    Raises FloatingPointError if a loss is not finite.
    """
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_factor(step, run.steps))
    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    start = resume_run(run.checkpoint, parts)
    trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    model.train()
    mean, saved_at = None, time.monotonic()
    bar = tqdm(range(start, run.steps), initial=start, total=run.steps, desc=run.name, mininterval=10)
    for step in bar:
        loss = loss_of(step)
        if loss is None:
            continue
        if not loss.isfinite():
            raise FloatingPointError(f"the loss of step {step} is {loss.item()}")
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(trained, LARGEST_GRADIENT)
        optimizer.step()
        schedule.step()
        mean = loss.item() if mean is None else 0.99 * mean + 0.01 * loss.item()
        bar.set_postfix(loss=f"{mean:.3f}", refresh=False)
        if time.monotonic() - saved_at > run.save_minutes * 60:
            save_run(run.checkpoint, parts, step + 1)
            print(f"\nstep {step + 1}: {report()}", flush=True)
            saved_at = time.monotonic()
