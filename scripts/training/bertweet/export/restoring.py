"""Converts an int8 bundle back to a model."""

from argparse import Namespace
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from bertweet.export.manifest import read_manifest
from bertweet.export.native import read_tensor
from bertweet.model.checkpoint import save
from bertweet.model.multitask import FILL_MASK


def read_layers(folder: Path, manifest: dict) -> dict[str, np.ndarray]:
    """Every tensor of the graphs, by name."""
    graphs = [onnx.load(folder / shard["graph"]).graph for shard in manifest["encoder"]]
    return {tensor.name: numpy_helper.to_array(tensor) for graph in graphs for tensor in graph.initializer}


def restore_layers(held: dict[str, np.ndarray], layers: int) -> dict[str, np.ndarray]:
    """The layers' entries of `Encoder.state_dict()`. Undoes quantize_columns and smooth."""
    weights = {}
    for number in range(layers):
        at = f"layers.{number}"
        factors = {  # smooth multiplied the weights of the inputs by these
            "qkv": held.get(f"layers.{number - 1}.ffn_norm.unscale", 1),
            "attention_out": 1,
            "ffn_in": held[f"{at}.attention_norm.unscale"],
            "ffn_out": 1 / held[f"{at}.gelu.scale"],
        }
        for name, factor in factors.items():
            linear = f"{at}.{name}"
            weights[f"{linear}.weight"] = (held[f"{linear}.weight"] * held[f"{linear}.scale"]).T / factor
            weights[f"{linear}.bias"] = held[f"{linear}.bias"]
        for norm in ("attention_norm", "ffn_norm"):
            factor = held.get(f"{at}.{norm}.unscale", 1)
            weights |= {f"{at}.{norm}.{part}": held[f"{at}.{norm}.{part}"] * factor for part in ("weight", "bias")}
    return weights


def read_heads(folder: Path, manifest: dict) -> dict[str, dict]:
    """Every task's head, as in a file of the format `model`."""

    def read(name: str) -> torch.Tensor:
        return torch.from_numpy(read_tensor(folder, manifest, name))

    heads = {}
    for task, entry in manifest["tasks"].items():
        head = {name: entry[name] for name in ("kind", "description", "data")} | {"bias": read(entry["bias"])}
        if entry["kind"] != FILL_MASK:
            head |= {"labels": entry["labels"], "temperature": entry["temperature"], "weight": read(entry["weight"])}
        heads[task] = head
    return heads


def restore(args: Namespace) -> None:
    """Runs restore_checkpoint.py with its options."""
    manifest = read_manifest(args.bundle)

    def read(name: str) -> np.ndarray:
        return read_tensor(args.bundle, manifest, name)

    weights = {
        "words.weight": read("words") * read("words.scale")[:, None],
        "positions.weight": read("positions"),
        "norm.weight": read("embeddings.norm.weight"),
        "norm.bias": read("embeddings.norm.bias"),
        **restore_layers(read_layers(args.bundle, manifest), manifest["architecture"]["layers"]),
    }
    encoder = {name: torch.tensor(array) for name, array in weights.items()}
    heads = read_heads(args.bundle, manifest)
    save(args.out, "model", {"shape": manifest["architecture"], "encoder": encoder, "heads": heads})
