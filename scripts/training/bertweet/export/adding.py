"""Adds a task to a bundle: a linear head on its encoder. The encoder does not change."""

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
from bertweet.export.manifest import asked_by_default
from bertweet.export.names import check_id, check_new_task, id_of
from bertweet.export.native import NativeModel, open_native
from bertweet.model.bio import is_bio
from bertweet.model.multitask import calibrate
from bertweet.model.regression import train_head


def read_states(encoder: NativeModel, examples: list[Example], label: str) -> list[torch.Tensor]:
    """The hidden states of each example that a head reads, float32 [read positions, hidden]."""
    return [torch.from_numpy(encoder.features(example)) for example in tqdm(examples, desc=f"read {label}", mininterval=5)]


def fitted_temperature(task: Task, logits: list[torch.Tensor]) -> float:
    """The temperature of a classification head, fitted on dev. 1 for a tagging head."""
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
    """The new task. The default metric is entity_f1 for BIO tags, otherwise accuracy. Raises Unusable if there is only one label."""
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


def new_id(args: Namespace, old: str) -> str:
    """The new bundle's id. Raises Unusable for the old bundle's: the bucket holds one current version of each id."""
    bundle_id = check_id(args.id or id_of(args.out))
    if bundle_id == old:
        raise Unusable(f"the old bundle is {old}: the new one needs an id of its own, by --id or by its folder's name")
    return bundle_id


def add_head(args: Namespace) -> None:
    """Runs add_head.py with its options."""
    encoder = open_native(args.bundle)
    manifest = encoder.manifest
    bundle_id = new_id(args, manifest["id"])
    check_new_task(args.name, manifest["tasks"])
    if manifest.get("whole_graph", {}).get("output") == "logits":
        raise Unusable("the bundle's graph gives logits, not the states that a head reads")
    task = read_task(args)
    states = {split: read_states(encoder, examples, split) for split, examples in task.splits.items()}
    head, logits, figure = train_head(task, states)

    files = {name: (args.bundle / name).read_bytes() for name in manifest["files"]}
    heads = TensorFile("heads.bin", manifest["tensors"])
    heads.data += files.get(heads.name, b"")
    manifest["tasks"][args.name] = {
        "kind": task.kind,
        "labels": task.labels,
        "weight": heads.add(f"heads.{args.name}.weight", head.weight.numpy()),
        "bias": heads.add(f"heads.{args.name}.bias", head.bias.numpy()),
        "temperature": fitted_temperature(task, logits),
        "description": task.description,
        "data": name_data(args.source or args.data.resolve().name, args.data, task),
        "metrics": {f"dev_{task.metric}": round(figure, 4)},
        **asked_by_default({"windows": args.windows}),
    }
    write_bundle(args.out, {**files, heads.name: bytes(heads.data)}, {**manifest, "id": bundle_id})
    print(f"The new bundle is {bundle_id}.")
    add_golden(args.out)
