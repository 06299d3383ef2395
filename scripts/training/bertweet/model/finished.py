"""A model that is done: heads that dev moved and calibrated, and the file that export.py, answers.py and finetune.py read."""

from pathlib import Path

import torch

from bertweet.model.multitask import FILL_MASK, MultiTaskModel, calibrate, predict
from bertweet.model.offsets import find_offset
from bertweet.data.tasks import Task


def finished_head(model: MultiTaskModel, task: Task) -> dict:
    """What export needs of a head, moved by its offset; prints its dev figures and, for a classification, its calibration."""
    logits = predict(model, task, task.splits["dev"])
    offset = find_offset(task, logits)
    line = f"{task.name:14} {task.metric:16} dev {offset.before:.4f} -> {offset.after:.4f} moved by {offset.steps:2} steps"
    temperature = 1.0
    if task.kind == "classification":
        temperature, before, after = calibrate(task.splits["dev"], [rows + offset.bias for rows in logits])
        line += f"  temperature {temperature:.2f}  calibration error {before:.3f} -> {after:.3f}"
    print(line, flush=True)
    head = model.heads[task.name]
    return {
        "kind": task.kind, "labels": task.labels, "weight": head.weight.detach(), "bias": head.bias.detach() + offset.bias,
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
