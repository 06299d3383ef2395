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
from bertweet.model.encoder import Layer
from bertweet.training.curve import Curve

LARGEST_GRADIENT = 1.0  # norm over all trained parameters
WARM_UP = 0.06  # share of the steps


@dataclass(frozen=True)
class Run:
    """`steps` steps. The state is saved to `checkpoint` every `save_minutes` minutes, and the loss curve beside it."""

    name: str
    steps: int
    checkpoint: Path
    save_minutes: float


def learning_rate_factor(step: int, steps: int) -> float:
    """Share of the peak learning rate: a linear warm-up, then a linear decay to 0."""
    return min((step + 1) / max(1, math.ceil(steps * WARM_UP)), (steps - step) / max(1, steps * (1 - WARM_UP)))


def compile_layers(model: nn.Module) -> None:
    """Compiles the layers' kernels on a GPU. On a CPU, compiling takes longer than it saves in a run of this size."""
    if torch.get_default_device().type == "cuda":
        for module in model.modules():
            if isinstance(module, Layer):
                module.compile(dynamic=True)


def train(
    run: Run,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss_of: Callable[[int], torch.Tensor | None],
    report: Callable[[], str],
) -> None:
    """Trains the optimizer's parameters. Resumes from the run's last checkpoint.

    `loss_of(step)` gives the loss of a step, or None if the step has nothing to learn. It must depend only on the step's number and
    the weights, so that an interrupted run repeats the same steps. `report()` is printed after each checkpoint.
    Raises FloatingPointError if a loss is not finite.
    """
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_factor(step, run.steps))
    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    start = resume_run(run.checkpoint, parts)
    trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    model.train()
    compile_layers(model)
    curve = Curve(run.checkpoint.with_name(f"{run.name}-curve.csv"), start)
    mean, saved_at = None, time.monotonic()
    bar = tqdm(range(start, run.steps), initial=start, total=run.steps, desc=run.name, mininterval=10)
    for step in bar:
        torch.manual_seed(step)  # dropout: a resumed run draws what an undisturbed one does
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
        curve.add(step, mean)
        if time.monotonic() - saved_at > run.save_minutes * 60:
            save_run(run.checkpoint, parts, step + 1)
            print(f"\nstep {step + 1}: {report()}", flush=True)
            saved_at = time.monotonic()
