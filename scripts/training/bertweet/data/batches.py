"""Batches of texts of similar length, which need little padding."""

import random
from collections.abc import Iterator, Sequence

import torch

from bertweet.data.tokenizer import PAD_ID


def pad(rows: Sequence[Sequence[int]], value: int = PAD_ID) -> torch.Tensor:
    """int64 [rows, longest]. Short rows are padded with `value`."""
    width = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows], dtype=torch.int64)


def batches_by_length(lengths: Sequence[int], batch_tokens: int, rng: random.Random) -> Iterator[list[int]]:
    """Batches of one pass, as indices, in random order. Each has texts of similar length and at most `batch_tokens` tokens."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    pool = 8192
    for start in range(0, len(order), pool):
        chunk = sorted(order[start : start + pool], key=lambda i: lengths[i])
        batches, batch = [], []
        for index in chunk:
            if batch and (len(batch) + 1) * lengths[index] > batch_tokens:
                batches.append(batch)
                batch = []
            batch.append(index)
        if batch:
            batches.append(batch)
        rng.shuffle(batches)
        yield from batches
