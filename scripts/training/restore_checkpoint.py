#!/usr/bin/env python3
"""Turn a bundle that export.py made back into `finetuned.pt`, so that finetune.py and answers.py can go on from published weights.

The weights are those of the bundle, dequantized: what int8 lost stays lost. What `smooth` moved between matrices is moved back.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from bertweet.export.native import read_tensor
from bertweet.model.multitask import FILL_MASK


def read_layers(folder: Path, manifest: dict) -> dict[str, np.ndarray]:
    """Everything that the graphs hold, by its name there."""
    graphs = [onnx.load(folder / shard["graph"]).graph for shard in manifest["encoder"]]
    return {tensor.name: numpy_helper.to_array(tensor) for graph in graphs for tensor in graph.initializer}


def restore_layers(held: dict[str, np.ndarray], layers: int) -> dict[str, np.ndarray]:
    """`Encoder.state_dict()`'s entries of the layers, as they were before quantize_columns and smooth."""
    weights = {}
    for number in range(layers):
        at = f"layers.{number}"
        factors = {  # by which smooth multiplied the inputs' weights
            "qkv": held.get(f"layers.{number - 1}.ffn_norm.unscale", 1), "attention_out": 1,
            "ffn_in": held[f"{at}.attention_norm.unscale"], "ffn_out": 1 / held[f"{at}.gelu.scale"],
        }
        for name, factor in factors.items():
            linear = f"{at}.{name}"
            weights[f"{linear}.weight"] = (held[f"{linear}.weight"] * held[f"{linear}.scale"]).T / factor
            weights[f"{linear}.bias"] = held[f"{linear}.bias"]
        for norm in ("attention_norm", "ffn_norm"):
            factor = held.get(f"{at}.{norm}.unscale", 1)
            weights |= {f"{at}.{norm}.{part}": held[f"{at}.{norm}.{part}"] * factor for part in ("weight", "bias")}
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--out", type=Path, required=True, help="file for the checkpoint")
    args = parser.parse_args()
    manifest = json.loads((args.bundle / "manifest.json").read_text(encoding="utf-8"))

    def read(name: str) -> np.ndarray:
        return read_tensor(args.bundle, manifest, name)

    weights = {
        "words.weight": read("words") * read("words.scale")[:, None], "positions.weight": read("positions"),
        "norm.weight": read("embeddings.norm.weight"), "norm.bias": read("embeddings.norm.bias"),
        **restore_layers(read_layers(args.bundle, manifest), manifest["architecture"]["layers"]),
    }
    heads = {}
    for task, entry in manifest["tasks"].items():
        head = {name: entry[name] for name in ("kind", "description", "data")}
        head["bias"] = torch.from_numpy(read(entry["bias"]))
        if entry["kind"] != FILL_MASK:
            head |= {name: entry[name] for name in ("labels", "temperature")}
            head["weight"] = torch.from_numpy(read(entry["weight"]))
        heads[task] = head
    encoder = {name: torch.tensor(array) for name, array in weights.items()}
    torch.save({"shape": manifest["architecture"], "encoder": encoder, "heads": heads}, args.out)


if __name__ == "__main__":
    main()
