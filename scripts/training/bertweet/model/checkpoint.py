"""Files of weights. Each names its format, so that no reader guesses it from what is inside.

- `model`: `shape`, `encoder`, `heads`. What pretrain.py, finetune.py, average.py and restore_checkpoint.py write.
- `teacher`: `folder` of the encoder, `encoder`, `heads`. What teach.py writes.
- `kernel-teacher`: `folder` of the encoder, `machines`. What teach_kernel.py writes.
- `answers`: `texts`, `probabilities`, `kinds`. What answers.py writes.
- `run`: `step`, and the state of the model, the optimizer and the schedule. A run that was cut off goes on from it.
"""

from pathlib import Path
from typing import Literal

import torch

from bertweet.errors import Unusable

Format = Literal["model", "teacher", "kernel-teacher", "answers", "run"]
Stateful = torch.nn.Module | torch.optim.Optimizer | torch.optim.lr_scheduler.LRScheduler


def save(path: Path, kind: Format, content: dict) -> None:
    """Writes aside and renames, so that `path` is always whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.tmp")
    torch.save({"format": kind, **content}, aside)
    aside.rename(path)


def load(path: Path, *kinds: Format) -> dict:
    """What `save` wrote. Raises Unusable if the file is missing or has another format than one of `kinds`."""
    if not path.exists():
        raise Unusable(f"there is no file {path}")
    saved = torch.load(path, weights_only=True)
    if saved.get("format") not in kinds:
        raise Unusable(f"{path} has the format {saved.get('format')!r}, needed is {' or '.join(kinds)}")
    return saved


def save_run(path: Path, parts: dict[str, Stateful], step: int) -> None:
    """Keeps the state of `parts` after `step` steps."""
    save(path, "run", {**{name: part.state_dict() for name, part in parts.items()}, "step": step})


def resume_run(path: Path, parts: dict[str, Stateful]) -> int:
    """Brings `parts` back to the run's checkpoint, if there is one. Returns how many steps were done."""
    if not path.exists():
        return 0
    saved = load(path, "run")
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    print(f"{path.name}: goes on after {saved['step']} steps", flush=True)
    return saved["step"]
