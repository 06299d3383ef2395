"""One more task for a bundle: a linear head on its encoder, which stays as it is."""

import hashlib
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import torch
from tqdm import tqdm

from bertweet.data.files import find_split
from bertweet.data.tasks import Example, Task, load_task
from bertweet.data.tokenizer import fastbpe_encoding, load_tokenizer
from bertweet.errors import Unusable
from bertweet.export.bundle import TensorFile, write_bundle
from bertweet.export.golden import add_golden
from bertweet.export.names import check_new_task
from bertweet.export.native import NativeEncoder
from bertweet.model.bio import is_bio
from bertweet.model.multitask import calibrate
from bertweet.model.regression import train_head


def read_states(encoder: NativeEncoder, examples: list[Example], label: str) -> list[torch.Tensor]:
    """Of each example the hidden states that a head reads, float32 [read positions, hidden]."""
    return [torch.from_numpy(encoder.features(example)) for example in tqdm(examples, desc=f"read {label}", mininterval=5)]


def fitted_temperature(task: Task, logits: list[torch.Tensor]) -> float:
    """The temperature of a classification head, fitted on dev; 1 for a tagging head."""
    if task.kind == "tagging":
        return 1.0
    temperature, before, after = calibrate(task.splits["dev"], logits)
    print(f"temperature {temperature:.2f}, calibration error on dev {before:.3f} -> {after:.3f}")
    return temperature


def name_data(source: str, folder: Path, task: Task) -> str:
    """The data's name and version, for the manifest."""
    train = find_split(folder, "train")
    sha256 = hashlib.sha256(train.read_bytes()).hexdigest()
    return f"{source}: {train.name}, {len(task.splits['train'])} texts, SHA-256 {sha256[:16]}"


def read_task(args: Namespace) -> Task:
    """The new task. Its metric is `--metric`, else entity_f1 for BIO tags and accuracy for all others. Raises Unusable for one label."""
    entry = {
        "folder": "",
        "metric": args.metric,
        "description": args.description or args.name,
        "data": "",
        "windows": args.windows,
    }
    task = load_task(args.name, entry, args.data, fastbpe_encoding(load_tokenizer(args.bundle)), args.limit)
    if len(task.labels) < 2:
        raise Unusable(f"{args.data} has one label alone: {task.labels}")
    print(f"{task.kind}, {len(task.labels)} labels: {', '.join(task.labels)}")
    return replace(task, metric=args.metric or ("entity_f1" if is_bio(task.labels) else "accuracy"))


def add_head(args: Namespace) -> None:
    """Runs add_head.py with its options."""
    encoder = NativeEncoder(args.bundle)
    manifest = encoder.manifest
    check_new_task(args.name, manifest["tasks"])
    task = read_task(args)
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
