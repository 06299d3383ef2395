"""The speed of a training step, measured before the plan is made."""

import time

import torch
import torch.nn.functional as F

from bertweet.model.encoder import Encoder, MaskedLanguageModel, Shape
from bertweet.training.loop import compile_layers

STEPS, WARM_UP = 6, 2
LENGTH = 32  # tokens of a text with its padding
MASKED = 0.15


def measure_speed(shape: Shape, batch_tokens: int) -> float:
    """Tokens a second of masked-language-model steps of a new model of this shape, on PyTorch's default device."""
    model = MaskedLanguageModel(Encoder(shape))
    compile_layers(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
    ids = torch.randint(5, shape.vocab_size, (max(1, batch_tokens // LENGTH), LENGTH))
    chosen = torch.rand(ids.shape) < MASKED

    def step() -> float:
        with torch.autocast(torch.get_default_device().type, torch.bfloat16):
            logits = model.scores(model.encoder(ids)[chosen])
        loss = F.cross_entropy(logits.float(), ids[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()  # waits for the device

    for _ in range(WARM_UP):
        step()
    start = time.perf_counter()
    for _ in range(STEPS):
        step()
    return STEPS * ids.numel() / (time.perf_counter() - start)
