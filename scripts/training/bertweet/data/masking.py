"""RoBERTa's dynamic masking (Liu et al. 2019)."""

import torch

from bertweet.data.tokenizer import UNK_ID


def mask_dynamically(ids: torch.Tensor, mask_id: int, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """(what the encoder is shown, which positions it has to predict); special tokens are never chosen."""
    chosen = (torch.rand(ids.shape, generator=rng) < 0.15) & (ids > UNK_ID)
    fate = torch.rand(ids.shape, generator=rng)
    noise = torch.randint(UNK_ID + 1, mask_id, ids.shape, generator=rng)
    shown = torch.where(chosen & (fate < 0.8), mask_id, ids)
    return torch.where(chosen & (fate >= 0.9), noise, shown), chosen
