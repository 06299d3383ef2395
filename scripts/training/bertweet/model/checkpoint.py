"""Files of weights. Each file names its format, so readers do not guess it from the content.

- `model`: `shape`, `encoder`, `heads`. Written by pretrain.py, finetune.py, choose.py and restore_checkpoint.py.
- `teacher`: `folder` of the encoder, `encoder`, `heads`. Written by teach.py.
- `answers`: `texts`, `probabilities`, `kinds`. Written by answers.py.
- `run`: `step`, and the state of the model, the optimizer and the schedule. An interrupted run resumes from it.
"""

from pathlib import Path
from typing import Literal

import torch

from bertweet.errors import Unusable

Format = Literal["model", "teacher", "answers", "run"]
Stateful = torch.nn.Module | torch.optim.Optimizer | torch.optim.lr_scheduler.LRScheduler


def save(path: Path, kind: Format, content: dict) -> None:
    """Writes a temporary file and renames it, so that `path` is always complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.tmp")
    torch.save({"format": kind, **content}, aside)
    aside.rename(path)


def load(path: Path, *kinds: Format) -> dict:
    """Reads a file of `save`. Raises Unusable if the file is missing, or if its format is not one of `kinds`."""
    if not path.exists():
        raise Unusable(f"there is no file {path}")
    saved = torch.load(path, weights_only=True, map_location=torch.get_default_device())
    if saved.get("format") not in kinds:
        raise Unusable(f"{path} has the format {saved.get('format')!r}, needed is {' or '.join(kinds)}")
    return saved


def save_run(path: Path, parts: dict[str, Stateful], step: int) -> None:
    """Saves the state of `parts` after `step` steps."""
    save(path, "run", {**{name: part.state_dict() for name, part in parts.items()}, "step": step})


def resume_run(path: Path, parts: dict[str, Stateful]) -> int:
    """Restores `parts` from the run's checkpoint, if there is one. Returns the number of finished steps."""
    if not path.exists():
        return 0
    saved = load(path, "run")
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    print(f"{path.name}: goes on after {saved['step']} steps", flush=True)
    return saved["step"]
