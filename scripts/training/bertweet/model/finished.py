"""The end of a run. Adjusts and calibrates the heads on dev, and writes the file for export.py, answers.py and finetune.py."""

from pathlib import Path

import torch

from bertweet.data.tasks import Task
from bertweet.model.checkpoint import save
from bertweet.model.encoder import Encoder
from bertweet.model.multitask import FILL_MASK, MultiTaskModel, calibrate, predict
from bertweet.model.offsets import find_offset


def finished_head(model: MultiTaskModel, task: Task) -> dict:
    """A head with its offset added, and the facts for export.py. Prints its dev figures and, for a classification, its calibration."""
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
        "kind": task.kind,
        "labels": task.labels,
        "weight": head.weight.detach(),
        "bias": head.bias.detach() + offset.bias,
        "temperature": temperature,
        "description": task.description,
        "data": task.data,
    }


def fill_mask_head(bias: torch.Tensor) -> dict:
    """The fill-mask head. It uses the embedding table, so it consists of a bias [vocabulary] only."""
    return {
        "kind": FILL_MASK,
        "bias": bias.detach(),
        "description": "The words that fit a <mask>",
        "data": "Unlabelled tweets and the other tasks' training texts",
    }


def save_model(path: Path, encoder: Encoder, heads: dict[str, dict]) -> None:
    """Writes a file of the format `model`."""
    save(path, "model", {"shape": encoder.shape.as_dict(), "encoder": encoder.state_dict(), "heads": heads})


def save_finished(model: MultiTaskModel, tasks: list[Task], path: Path) -> None:
    """Finishes every head on dev and writes `finetuned.pt`."""
    heads = {task.name: finished_head(model, task) for task in tasks}
    save_model(path, model.encoder, {**heads, FILL_MASK: fill_mask_head(model.piece_bias)})
