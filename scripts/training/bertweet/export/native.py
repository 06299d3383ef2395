"""A bundle in native ONNX Runtime, computed as in the service: one text per run, float32 heads.

There is one difference. int4 matrices are multiplied with float32 activations here, and with 7-bit activations in the service.
"""

from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from bertweet.data.tasks import Example
from bertweet.data.windows import plan_windows
from bertweet.export.manifest import read_manifest
from bertweet.export.onnx_graph import graph_inputs
from bertweet.export.quantize import unpack_nibbles
from bertweet.export.session import open_session
from bertweet.model.multitask import window


def read_tensor(folder: Path, manifest: dict, name: str) -> np.ndarray:
    """A tensor outside the graph, by its place in the manifest."""
    entry = manifest["tensors"][name]
    dtype = np.dtype(entry["dtype"]).newbyteorder("<")
    count = int(np.prod(entry["shape"]))
    return np.fromfile(folder / entry["file"], dtype, count, offset=entry["offset"]).reshape(entry["shape"])


def read_words(folder: Path, manifest: dict) -> np.ndarray:
    """The word table, float32 [vocab, hidden]."""
    entry = manifest["tensors"]["words"]
    if entry["dtype"] == "int8":
        return read_tensor(folder, manifest, "words") * read_tensor(folder, manifest, "words.scale")[:, None]
    vocab, hidden = entry["shape"]
    rows = np.fromfile(folder / entry["file"], np.uint8).reshape(vocab, -1)
    scales = np.ascontiguousarray(rows[:, hidden // 2 :]).view("<f2").astype(np.float32)
    return unpack_nibbles(rows[:, : hidden // 2]) * scales.repeat(entry["group"], axis=1)


class NativeModel(ABC):
    """Runs a bundle in a folder: ids -> states float32 [tokens, state size]."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.manifest = read_manifest(folder)
        self.shards = [open_session(folder / shard["graph"]) for shard in self.manifest["encoder"]]

    @abstractmethod
    def __call__(self, ids: list[int]) -> np.ndarray: ...

    def features(self, example: Example) -> np.ndarray:
        """The states that a head reads, float32 [read positions, hidden]. For a text in windows, the mean over the windows."""
        spans = plan_windows(len(example.ids) - 2)
        states = [self(window(example, *span).ids)[example.positions] for span in spans]
        return np.mean(states, axis=0)


class NativeGraph(NativeModel):
    """A whole graph: last hidden states, or logits float32 [tokens or 1, labels]."""

    def __call__(self, ids: list[int]) -> np.ndarray:
        whole = self.manifest["whole_graph"]
        (output,) = self.shards[0].run([whole["output"]], graph_inputs(whole["inputs"], ids))
        return output[0] if output.ndim == 3 else output


class NativeEncoder(NativeModel):
    """Shards of layers: last hidden states. The embeddings are computed as in src/runtime/embeddings.ts."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.words = read_words(folder, self.manifest)
        self.positions, self.norm_weight, self.norm_bias = (
            read_tensor(folder, self.manifest, name) for name in ("positions", "embeddings.norm.weight", "embeddings.norm.bias")
        )

    def embed(self, ids: list[int]) -> np.ndarray:
        """LayerNorm(word + position), float32 [tokens, hidden]."""
        rows = self.words[ids] + self.positions[: len(ids)]
        centred = rows - rows.mean(-1, keepdims=True)
        deviation = np.sqrt(np.square(centred).mean(-1, keepdims=True) + self.manifest["architecture"]["layer_norm_epsilon"])
        return centred / deviation * self.norm_weight + self.norm_bias

    def run(self, hidden: np.ndarray) -> np.ndarray:
        """All layers: float32 [tokens, hidden] -> the same shape."""
        hidden = hidden[None]
        for shard in self.shards:
            (hidden,) = shard.run(["last_hidden"], {"hidden": hidden})
        return hidden[0]

    def __call__(self, ids: list[int]) -> np.ndarray:
        return self.run(self.embed(ids))


def open_native(folder: Path) -> NativeModel:
    """A bundle of either kind."""
    return NativeGraph(folder) if "whole_graph" in read_manifest(folder) else NativeEncoder(folder)


class NativeHead:
    """states float32 [n, state size] -> logits [n, labels or pieces], computed as in src/runtime/heads.ts and in fill-mask."""

    def __init__(self, native: NativeModel, task: str):
        def read(name: str) -> torch.Tensor:
            return torch.from_numpy(read_tensor(native.folder, native.manifest, name))

        def linear(names: dict) -> tuple[torch.Tensor, torch.Tensor]:
            return read(names["weight"]), read(names["bias"])

        entry = native.manifest["tasks"][task]
        self.dense = linear(entry["dense"]) if "dense" in entry else None
        self.transform = self.norm = None
        if transform := entry.get("transform"):
            self.transform = linear(transform)
            self.norm = read(transform["norm_weight"]), read(transform["norm_bias"])
        self.output = None  # the states of a whole graph with a head are logits already
        self.epsilon = native.manifest["architecture"]["layer_norm_epsilon"]
        if isinstance(native, NativeEncoder) and entry["kind"] == "fill-mask":
            self.output = torch.from_numpy(native.words), read(entry["bias"])
        elif "weight" in entry:
            self.output = linear(entry)

    def __call__(self, states: np.ndarray) -> torch.Tensor:
        hidden = torch.from_numpy(states)
        if self.dense:
            hidden = F.linear(hidden, *self.dense).tanh()
        if self.transform:
            hidden = F.layer_norm(F.gelu(F.linear(hidden, *self.transform)), hidden.shape[-1:], *self.norm, self.epsilon)
        return F.linear(hidden, *self.output) if self.output else hidden
