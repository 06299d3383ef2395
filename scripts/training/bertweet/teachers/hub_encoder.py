"""A teacher's encoder: a model from the Hugging Face Hub in a local folder."""

from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel

from bertweet.data.tokenizer import PAD_ID
from bertweet.model.encoder import Shape


class HubEncoder(nn.Module):
    """ids [batch, tokens] -> last hidden states [batch, tokens, hidden], like our own encoder.

    PAD_ID counts as padding, whatever piece the vocabulary has there (BERT's has `[unused0]`). Attention has no dropout, because its
    random numbers would take a tenth of the time on a CPU.
    """

    def __init__(self, folder: Path):
        super().__init__()
        self.model = AutoModel.from_pretrained(
            folder,
            local_files_only=True,
            dtype=torch.float32,
            attn_implementation="eager",
            add_pooling_layer=False,
            attention_probs_dropout_prob=0.0,
        )
        self.shape = Shape(vocab_size=self.model.config.vocab_size, hidden_size=self.model.config.hidden_size)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.model(input_ids=ids, attention_mask=(ids != PAD_ID).long()).last_hidden_state

    def freeze(self, layers: int) -> None:
        """Excludes the embeddings and the first `layers` from training."""
        for part in (self.model.embeddings, *self.model.encoder.layer[:layers]):
            part.requires_grad_(False)
