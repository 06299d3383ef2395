"""A model that is done: its dev figures, calibrated heads, and the file that export.py, answers.py and finetune.py read."""

from pathlib import Path

import torch

from mini.multitask import FILL_MASK, MultiTaskModel, calibrate, predict, score
from mini.tasks import Task


def finished_head(model: MultiTaskModel, task: Task) -> dict:
    """What export needs of a head; prints its dev figure and, for a classification, its calibration."""
    dev = task.splits["dev"]
    logits = predict(model, task, dev)
    line, temperature = f"{task.name:14} {task.metric:16} dev {score(task, dev, logits):.4f}", 1.0
    if task.kind == "classification":
        temperature, before, after = calibrate(dev, logits)
        line += f"  temperature {temperature:.2f}  calibration error {before:.3f} -> {after:.3f}"
    print(line, flush=True)
    head = model.heads[task.name]
    return {
        "kind": task.kind, "labels": task.labels, "weight": head.weight.detach(), "bias": head.bias.detach(),
        "temperature": temperature, "description": task.description, "data": task.data,
    }


def save_finished(model: MultiTaskModel, tasks: list[Task], path: Path) -> None:
    """Writes `finetuned.pt`."""
    heads = {task.name: finished_head(model, task) for task in tasks}
    heads[FILL_MASK] = {
        "kind": FILL_MASK, "bias": model.piece_bias.detach(), "description": "The words that fit a <mask>",
        "data": "Unlabelled tweets and the other tasks' training texts",
    }
    torch.save({"shape": model.encoder.shape.as_dict(), "encoder": model.encoder.state_dict(), "heads": heads}, path)
