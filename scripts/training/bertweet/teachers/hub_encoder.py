"""A teacher's encoder: one of the Hugging Face Hub."""

from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel

from bertweet.model.encoder import Shape
from bertweet.data.tokenizer import PAD_ID


class HubEncoder(nn.Module):
    """A model that `transformers` knows, called like ours: ids [batch, tokens] -> last hidden states [batch, tokens, hidden].

    PAD_ID counts as padding, whatever the vocabulary has there (`[unused0]` in BERT's). There is no dropout between attention
    weights: on a CPU its random numbers take a tenth of the time.
    """

    def __init__(self, folder: Path):
        super().__init__()
        self.model = AutoModel.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, attn_implementation="eager", add_pooling_layer=False,
            attention_probs_dropout_prob=0.0,
        )
        self.shape = Shape(vocab_size=self.model.config.vocab_size, hidden_size=self.model.config.hidden_size)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.model(input_ids=ids, attention_mask=(ids != PAD_ID).long()).last_hidden_state

    def freeze(self, layers: int) -> None:
        """Keep the embeddings and the first `layers` as they are."""
        for part in (self.model.embeddings, *self.model.encoder.layer[:layers]):
            part.requires_grad_(False)
