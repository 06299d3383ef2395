"""Symmetric int8 weights: -127..127 (never -128), so that a product of two of them fits a signed 16-bit lane twice."""

import numpy as np


def quantize_columns(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float [K, N] -> (int8 [K, N], float32 scale [N]); column n is about `values[:, n] * scale[n]`."""
    values, scale = quantize_rows(weight.T)
    return np.ascontiguousarray(values.T), scale


def quantize_rows(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float [R, N] -> (int8 [R, N], float32 scale [R]); an all-zero row gets scale 1."""
    largest = np.abs(table).max(axis=1)
    scale = np.where(largest == 0, 1.0, largest / 127).astype(np.float32)
    return np.clip(np.rint(table / scale[:, None]), -127, 127).astype(np.int8), scale
