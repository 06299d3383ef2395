"""A bundle's encoder as the service runs it: int8 embedding table, int8 graph in native ONNX Runtime, one text a run."""

import json
from pathlib import Path

import numpy as np
import onnxruntime

from mini.multitask import window
from mini.tasks import Example
from mini.windows import plan_windows


def read_tensor(folder: Path, manifest: dict, name: str) -> np.ndarray:
    """A tensor that lies outside of the graph, as the manifest places it."""
    entry = manifest["tensors"][name]
    dtype = np.dtype(entry["dtype"]).newbyteorder("<")
    count = int(np.prod(entry["shape"]))
    return np.fromfile(folder / entry["file"], dtype, count, offset=entry["offset"]).reshape(entry["shape"])


class FrozenEncoder:
    """ids -> last hidden states float32 [tokens, hidden]; the embeddings are those of src/runtime/embeddings.ts."""

    def __init__(self, folder: Path):
        self.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.words, self.scales, self.positions, self.norm_weight, self.norm_bias = (
            read_tensor(folder, self.manifest, name)
            for name in ("words", "words.scale", "positions", "embeddings.norm.weight", "embeddings.norm.bias")
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        graph = folder / self.manifest["encoder"]["graph"]
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def embed(self, ids: list[int]) -> np.ndarray:
        """LayerNorm(word + position), float32 [tokens, hidden]."""
        rows = self.words[ids] * self.scales[ids, None] + self.positions[: len(ids)]
        centred = rows - rows.mean(-1, keepdims=True)
        deviation = np.sqrt(np.square(centred).mean(-1, keepdims=True) + self.manifest["architecture"]["layer_norm_epsilon"])
        return centred / deviation * self.norm_weight + self.norm_bias

    def __call__(self, ids: list[int]) -> np.ndarray:
        (hidden,) = self.session.run(["last_hidden"], {"hidden": self.embed(ids)[None]})
        return hidden[0]

    def features(self, example: Example) -> np.ndarray:
        """What a head reads, float32 [read positions, hidden]; of a text in windows the mean over them."""
        spans = plan_windows(len(example.ids) - 2)
        states = [self(window(example, *span).ids)[example.positions] for span in spans]
        return np.mean(states, axis=0)
