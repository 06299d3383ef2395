"""RoBERTa's dynamic masking (Liu et al. 2019)."""

import torch

from bertweet.data.tokenizer import UNK_ID


def mask_dynamically(ids: torch.Tensor, mask_id: int, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """(the encoder's input, the positions to predict). Special tokens are never masked.

    `rng` is a generator of the CPU, so that every device masks the same pieces.
    """
    chance, fate = (torch.rand(ids.shape, generator=rng, device="cpu").to(ids.device) for _ in range(2))
    noise = torch.randint(UNK_ID + 1, mask_id, ids.shape, generator=rng, device="cpu").to(ids.device)
    chosen = (chance < 0.15) & (ids > UNK_ID)
    shown = torch.where(chosen & (fate < 0.8), mask_id, ids)
    return torch.where(chosen & (fate >= 0.9), noise, shown), chosen
