"""The difference between a bundle's layers and their original, the PyTorch encoder."""

from dataclasses import dataclass

import numpy as np
import torch

from bertweet.export.native import NativeEncoder
from bertweet.model.encoder import Encoder


@dataclass
class Distance:
    """Differences of last hidden states: the relative root mean square over all, and the cosine of each token's two vectors."""

    relative_rms: float
    lowest_cosine: float
    mean_cosine: float


@torch.no_grad()
def measure_distance(native: NativeEncoder, encoder: Encoder, rows: list[list[int]]) -> Distance:
    """Runs the bundle's layers on the texts `rows` (ids), from the encoder's fp32 embeddings."""
    encoder.eval()
    error = energy = 0.0
    cosines = []
    for row in rows:
        ids = torch.tensor([row])
        embedded = encoder.norm(encoder.words(ids) + encoder.positions(torch.arange(len(row))))
        got, wanted = native.run(embedded[0].numpy()), encoder(ids)[0].numpy()
        error += float(np.square(got - wanted).sum())
        energy += float(np.square(wanted).sum())
        norms = np.linalg.norm(got, axis=-1) * np.linalg.norm(wanted, axis=-1)
        cosines.append(((got * wanted).sum(-1) / norms).ravel())
    every = np.concatenate(cosines)
    return Distance((error / energy) ** 0.5, float(every.min()), float(every.mean()))
