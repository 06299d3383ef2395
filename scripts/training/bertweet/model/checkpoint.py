"""Checkpoints of a run that may be cut off: written aside and renamed, so that there is always a whole one."""

from pathlib import Path

import torch


def save_checkpoint(path: Path, parts: dict[str, torch.nn.Module | torch.optim.Optimizer], step: int, **extra) -> None:
    """Keep the state of `parts` (model, optimizer, schedule) after `step` steps, and `extra` beside it."""
    state = {name: part.state_dict() for name, part in parts.items()}
    torch.save({**state, **extra, "step": step}, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").rename(path)


def resume(path: Path, parts: dict[str, torch.nn.Module | torch.optim.Optimizer]) -> int:
    """Bring `parts` back to the checkpoint, if there is one; returns how many steps were done."""
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    print(f"{path.name}: goes on after {saved['step']} steps", flush=True)
    return saved["step"]
