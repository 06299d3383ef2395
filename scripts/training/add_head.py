#!/usr/bin/env python3
"""Add a task of your own to a bundle: a linear head on its encoder as it is, trained in minutes on a CPU.

`--data` is a folder with `train` and `dev` in JSON lines (`{"text","label"}`, a classification) or CoNLL (`token<TAB>tag`, a
tagging); `.gz` allowed. The bundle's own int8 encoder reads every text once. On its hidden states a softmax regression is
fitted, without chance, for each strength of L2 and with and without class weights; dev picks, and a classification gets a
temperature fitted on dev. The new bundle differs from the old one in `heads.bin` and `manifest.json` alone, and the service
answers the task as soon as the bundle is seeded. Other tasks answer as before.
"""

import argparse
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import torch
from tqdm import tqdm

from bertweet.model.bio import is_bio
from bertweet.export.bundle import TensorFile, write_bundle
from bertweet.data.files import find_split
from bertweet.export.native import FrozenEncoder
from bertweet.model.multitask import calibrate
from bertweet.model.regression import train_head
from bertweet.data.tasks import Example, Task, load_task
from bertweet.data.tokenizer import fastbpe_encoding, load_tokenizer
from bertweet.export.golden import add_golden

TASK_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+)?")  # src/bundle/manifest.ts


def read_states(encoder: FrozenEncoder, examples: list[Example], label: str) -> list[torch.Tensor]:
    """Of each example float32 [read positions, hidden]."""
    return [torch.from_numpy(encoder.features(example)) for example in tqdm(examples, desc=f"read {label}", mininterval=5)]


def fitted_temperature(task: Task, logits: list[torch.Tensor]) -> float:
    """The temperature of a classification head; 1 for a tagging head."""
    if task.kind == "tagging":
        return 1.0
    temperature, before, after = calibrate(task.splits["dev"], logits)
    print(f"temperature {temperature:.2f}, calibration error on dev {before:.3f} -> {after:.3f}")
    return temperature


def name_data(source: str, folder: Path, task: Task) -> str:
    """Which data, and which version of it."""
    train = find_split(folder, "train")
    sha256 = hashlib.sha256(train.read_bytes()).hexdigest()
    return f"{source}: {train.name}, {len(task.splits['train'])} texts, SHA-256 {sha256[:16]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle to add to; it is left as it is")
    parser.add_argument("--data", type=Path, required=True, help="folder with train and dev")
    parser.add_argument("--name", required=True, help="the task's, as in /v1/NAME; NAME/SCHEME for one more tag set of NAME")
    parser.add_argument("--out", type=Path, required=True, help="the new bundle's folder")
    parser.add_argument("--metric", help="accuracy, macro_f1, average_recall, f1:LABEL or entity_f1; what dev picks by")
    parser.add_argument("--description", help="what the task says about a text, for the manifest")
    parser.add_argument("--source", help="the data's name, for the manifest (default: the folder's)")
    parser.add_argument("--windows", action="store_true", help="texts are longer than the encoder: read all of them in windows")
    parser.add_argument("--limit", type=int, help="use only the first N texts of each split (smoke run)")
    args = parser.parse_args()

    encoder = FrozenEncoder(args.bundle)
    manifest = encoder.manifest
    if not TASK_NAME.fullmatch(args.name):
        parser.error(f'"{args.name}" is no name of a task: lower-case letters, digits and single hyphens')
    if args.name in manifest["tasks"]:
        parser.error(f"the bundle has a task {args.name} already")
    for name in manifest["tasks"]:
        if name.startswith(f"{args.name}/") or args.name.startswith(f"{name}/"):
            parser.error(f"/v1/{args.name.split('/')[0]} could not tell {args.name} from the bundle's {name}")

    entry = {
        "folder": "", "metric": args.metric, "description": args.description or args.name, "data": "", "windows": args.windows,
    }
    task = load_task(args.name, entry, args.data, fastbpe_encoding(load_tokenizer(args.bundle)), args.limit)
    if len(task.labels) < 2:
        parser.error(f"{args.data} has one label alone: {task.labels}")
    task = replace(task, metric=args.metric or ("entity_f1" if is_bio(task.labels) else "accuracy"))
    print(f"{task.kind}, {len(task.labels)} labels: {', '.join(task.labels)}")

    states = {split: read_states(encoder, examples, split) for split, examples in task.splits.items()}
    head, logits, figure = train_head(task, states)

    files = {name: (args.bundle / name).read_bytes() for name in manifest["files"]}
    heads = TensorFile("heads.bin", manifest["tensors"])
    heads.data += files[heads.name]
    manifest["tasks"][args.name] = {
        "kind": task.kind,
        "labels": task.labels,
        "weight": heads.add(f"heads.{args.name}.weight", head.weight.numpy()),
        "bias": heads.add(f"heads.{args.name}.bias", head.bias.numpy()),
        "temperature": fitted_temperature(task, logits),
        "description": task.description,
        "data": name_data(args.source or args.data.resolve().name, args.data, task),
        "metrics": {f"dev_{task.metric}": round(figure, 4)},
    }
    write_bundle(args.out, {**files, heads.name: bytes(heads.data)}, manifest)
    add_golden(args.out)


if __name__ == "__main__":
    main()
