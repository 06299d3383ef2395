"""Symmetric quantization of weights to int8 and int4. int8 is never -128, so that the sum of two products fits into signed 16 bits."""

import numpy as np

GROUP = 32  # int4 values that share a scale


def quantize_columns(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float [K, N] -> (int8 values [K, N], float32 scale [N]). Column n is about `values[:, n] * scale[n]`."""
    values, scale = quantize_rows(weight.T)
    return np.ascontiguousarray(values.T), scale


def quantize_rows(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float [R, N] -> (int8 [R, N], float32 scale [R]). A row of zeros gets scale 1."""
    largest = np.abs(table).max(axis=1)
    scale = np.where(largest == 0, 1.0, largest / 127).astype(np.float32)
    return np.clip(np.rint(table / scale[:, None]), -127, 127).astype(np.int8), scale


def quantize_groups(weight: np.ndarray, dtype: type[np.floating]) -> tuple[np.ndarray, np.ndarray]:
    """float [R, N] -> (int8 [R, N] of -8..7, scale [R, N / 32] in `dtype`). Each group of 32 values of a row is about `values * scale`.

    The value of the largest magnitude becomes about -8, so a scale may be negative. Each group tries some scales around that one and
    keeps the one with the least squared error. Raises ValueError if N is not a multiple of 32.
    """
    rows, size = weight.shape
    if size % GROUP:
        raise ValueError(f"int4 needs sizes in multiples of {GROUP}, and {size} is none")
    groups = weight.reshape(rows, -1, GROUP)
    extreme = np.take_along_axis(groups, np.abs(groups).argmax(-1, keepdims=True), -1)
    best_scale = np.ones_like(extreme, dtype)
    best, least = np.zeros_like(groups, np.int8), np.square(groups).sum(-1, keepdims=True)
    for steps in np.linspace(6.5, 9, 11, dtype=np.float32):
        scale = (extreme / -steps).astype(dtype)
        scale[scale == 0] = 1
        values = np.clip(np.rint(groups / scale.astype(np.float32)), -8, 7)
        error = np.square(groups - values * scale).sum(-1, keepdims=True)
        better = error < least
        best_scale, least = np.where(better, scale, best_scale), np.where(better, error, least)
        best = np.where(better, values, best).astype(np.int8)
    return best.reshape(rows, size), best_scale[..., 0]


def pack_nibbles(values: np.ndarray) -> np.ndarray:
    """int8 [..., N] of -8..7 -> uint8 [..., N / 2] in two's complement. The first of two is in the low half, as in ONNX's INT4."""
    return ((values[..., ::2] & 15) | (values[..., 1::2] << 4)).astype(np.uint8)


def unpack_nibbles(packed: np.ndarray) -> np.ndarray:
    """The reverse: uint8 [..., N / 2] -> int8 [..., N]."""
    return np.stack([packed << 4, packed & 0xF0], -1).reshape(*packed.shape[:-1], -1).view(np.int8) >> 4
