"""Converts a fine-tuned model to a bundle."""

import json
from argparse import Namespace
from pathlib import Path

import onnx
import torch

from bertweet.data.files import read_entries, read_texts
from bertweet.data.subwords import load_subwords
from bertweet.errors import Unusable
from bertweet.export.bits import Bits
from bertweet.export.bundle import TensorFile
from bertweet.export.distance import measure_distance
from bertweet.export.golden import add_golden
from bertweet.export.manifest import asked_by_default
from bertweet.export.native import NativeEncoder
from bertweet.export.pack import describe_sizes, write_model
from bertweet.model.checkpoint import load
from bertweet.model.encoder import load_encoder
from bertweet.model.multitask import FILL_MASK

TEXTS = 200  # for smoothing, and the same number for `--check`


def describe_head(task: str, head: dict, tensors: TensorFile) -> dict:
    """A task's entry in the manifest. Adds the head's tensors to `tensors`."""
    entry = {"bias": tensors.add(f"heads.{task}.bias", head["bias"].float().numpy())}
    if head["kind"] != FILL_MASK:
        entry["weight"] = tensors.add(f"heads.{task}.weight", head["weight"].float().numpy())
        entry |= {"labels": head["labels"], "temperature": head["temperature"]}
    return entry | {"kind": head["kind"], "description": head["description"], "data": head["data"]}


def export(args: Namespace) -> None:
    """Runs export.py with its options."""
    torch.set_num_threads(1)  # the order of sums, and so the bytes, must not depend on the machine's cores
    saved = load(args.checkpoint, "model")
    encoder, subwords = load_encoder(saved), load_subwords(args.tokenizer)
    if subwords.size != encoder.shape.vocab_size:
        raise Unusable(f"the vocabulary has {subwords.size} pieces, the checkpoint {encoder.shape.vocab_size}")

    def read_ids(path: Path) -> list[list[int]]:
        return [subwords.encode(text, encoder.shape.max_tokens) for text in read_texts(path, TEXTS)]

    metrics = json.loads(args.metrics.read_text(encoding="utf-8")) if args.metrics else {}
    heads, entries = TensorFile("heads.bin", {}), read_entries(args.tasks)
    tasks = {
        task: {**describe_head(task, head, heads), **asked_by_default(entries.get(task, {})), "metrics": metrics.get(task, {})}
        for task, head in sorted(saved["heads"].items())
    }
    description = args.description or describe_sizes(encoder.shape)
    write_model(
        args.out,
        facts={"id": args.id, "description": description, "license": args.license, "training": args.training},
        encoder=encoder,
        tasks=tasks,
        heads=heads,
        calibration=read_ids(args.calibrate),
        shard_layers=encoder.shape.layers,
        tokenizer=subwords.files,
        tokenizer_folder=args.tokenizer,
        bits=Bits(**dict(args.bits)),
    )
    add_golden(args.out)
    onnx.checker.check_model(args.out / "encoder.onnx")
    if args.check:
        distance = measure_distance(NativeEncoder(args.out), encoder, read_ids(args.check))
        print(
            f"last hidden states against fp32: relative RMS {distance.relative_rms:.4f}, "
            f"cosine of a token lowest {distance.lowest_cosine:.4f}, mean {distance.mean_cosine:.4f}"
        )
