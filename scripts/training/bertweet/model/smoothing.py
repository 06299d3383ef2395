"""Moves outlier activations into the weights before both are quantized (SmoothQuant, Xiao et al. 2023, for outliers only).

ONNX Runtime quantizes the input of a matrix product with one scale. A few channels are ten times as large as the rest, so the others
lose precision. Each of these channels is divided by a power of two, and the weights that read it are multiplied by it. The product
stays the same, and a power of two loses no precision.
"""

import numpy as np
import torch
from tqdm import tqdm

from bertweet.data.tasks import Task
from bertweet.model.encoder import Encoder

CALIBRATION_TEXTS = 200  # enough to find the outliers during training
USUAL_CHANNELS = 0.97  # share of channels that stay unchanged; measured: 0.9 and 0.99 are slightly worse


@torch.no_grad()
def largest_inputs(encoder: Encoder, rows: list[list[int]]) -> dict[str, np.ndarray]:
    """For each linear layer, by name: the largest magnitude of every input channel over the texts `rows` (ids)."""
    largest: dict[str, torch.Tensor] = {}

    def watch(name: str):
        def hook(_module, inputs):
            seen = inputs[0].abs().amax(dim=(0, 1))
            largest[name] = torch.maximum(largest.get(name, seen), seen)

        return hook

    linears = [(name, module) for name, module in encoder.named_modules() if isinstance(module, torch.nn.Linear)]
    handles = [module.register_forward_pre_hook(watch(name)) for name, module in linears]
    encoder.eval()
    for row in tqdm(rows, desc="calibrate", mininterval=1):
        encoder(torch.tensor([row]))
    for handle in handles:
        handle.remove()
    return {name: values.cpu().numpy() for name, values in largest.items()}


def outlier_scale(largest: np.ndarray) -> np.ndarray:
    """A power of two for each channel. It is 1 for channels of usual size."""
    excess = largest / np.quantile(largest, USUAL_CHANNELS)
    return np.exp2(np.rint(np.log2(np.maximum(excess, 1)))).astype(np.float32)


def feel_smoothing(encoder: Encoder, task: Task) -> None:
    """Sets the smoothing of every linear layer from the first training texts of `task`. `smooth` will apply the same smoothing."""
    rows = [example.ids for example in task.splits["train"][:CALIBRATION_TEXTS]]
    for name, largest in largest_inputs(encoder, rows).items():
        if name != "layers.0.qkv" and not name.endswith("attention_out"):
            encoder.get_submodule(name).smoothing = torch.from_numpy(outlier_scale(largest)).to(torch.get_default_device())


def smooth(weights: dict[str, np.ndarray], layers: int, largest: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """`Encoder.state_dict()` with smaller activations, and new entries for factors that the graph multiplies by.

    - `<norm>.unscale` [hidden] undoes the smoothing of a norm's output for the residual.
    - `layers.<n>.gelu.scale` [ffn] makes GELU's output smaller, because no earlier weight can.

    The input of the first layer comes from outside the graph and stays as it is.
    """
    weights = dict(weights)
    pairs = [(f"layers.{n}.attention_norm", f"layers.{n}.ffn_in") for n in range(layers)]
    pairs += [(f"layers.{n - 1}.ffn_norm", f"layers.{n}.qkv") for n in range(1, layers)]
    for norm, linear in pairs:
        scale = outlier_scale(largest[linear])
        for part in ("weight", "bias"):
            weights[f"{norm}.{part}"] = weights[f"{norm}.{part}"] / scale
        weights[f"{linear}.weight"] = weights[f"{linear}.weight"] * scale
        weights[f"{norm}.unscale"] = scale
    for n in range(layers):
        scale = outlier_scale(largest[f"layers.{n}.ffn_out"])
        weights[f"layers.{n}.ffn_out.weight"] = weights[f"layers.{n}.ffn_out.weight"] * scale
        weights[f"layers.{n}.gelu.scale"] = 1 / scale
    return weights
