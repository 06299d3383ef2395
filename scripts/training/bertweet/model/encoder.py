"""The encoder in PyTorch: RoBERTa's post-norm transformer with BERTweet's vocabulary layout."""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

from bertweet.data.tokenizer import MAX_TOKENS, PAD_ID


@dataclass(frozen=True)
class Shape:
    """Sizes of an encoder. The defaults are those of MiniLM-L6."""

    vocab_size: int
    hidden_size: int = 384
    layers: int = 6
    heads: int = 12
    ffn_size: int = 1536
    max_tokens: int = MAX_TOKENS
    layer_norm_epsilon: float = 1e-12

    as_dict = asdict


def straight_through(exact: torch.Tensor, rounded: torch.Tensor) -> torch.Tensor:
    """The rounded value, with the gradient of the exact one (Bengio et al. 2013)."""
    return exact + (rounded - exact).detach()


class Linear(nn.Linear):
    """A linear layer that can be trained with int8 rounding (Jacob et al. 2018).

    If `quantized` is set, the forward pass rounds like ONNX Runtime's DynamicQuantizeMatMul for a single text:

    - weights to 255 steps per row,
    - activations to 256 steps over each text's whole tensor; zero is one of the steps.

    Before that, each input channel is divided by its `smoothing`, and the weights that read it are multiplied by it.
    """

    quantized = False
    smoothing: torch.Tensor | float = 1.0

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        if not self.quantized:
            return super().forward(inputs)
        with torch.no_grad():
            smooth, weight = inputs / self.smoothing, self.weight * self.smoothing
            low, high = smooth.amin((1, 2), keepdim=True).clamp(max=0), smooth.amax((1, 2), keepdim=True).clamp(min=0)
            step = ((high - low) / 255).clamp(min=1e-8)
            rounded_inputs = (smooth / step).round() * step * self.smoothing
            weight_step = weight.abs().amax(1, keepdim=True) / 127
            rounded_weight = (weight / weight_step).round() * weight_step / self.smoothing
        return F.linear(straight_through(inputs, rounded_inputs), straight_through(self.weight, rounded_weight), self.bias)


class Layer(nn.Module):
    """One transformer layer. One matrix computes query, key and value. GELU is the tanh form."""

    def __init__(self, shape: Shape, dropout: float):
        super().__init__()
        size = shape.hidden_size
        self.heads, self.dropout = shape.heads, dropout
        self.qkv = Linear(size, 3 * size)
        self.attention_out = Linear(size, size)
        self.attention_norm = nn.LayerNorm(size, eps=shape.layer_norm_epsilon)
        self.ffn_in = Linear(size, shape.ffn_size)
        self.ffn_out = Linear(shape.ffn_size, size)
        self.ffn_norm = nn.LayerNorm(size, eps=shape.layer_norm_epsilon)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, size = hidden.shape
        qkv = self.qkv(hidden).view(batch, length, 3, self.heads, size // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        # Not torch's fused attention: at tweet length, on a CPU, its backward pass takes four times as long.
        scores = query @ key.transpose(-1, -2) * (size // self.heads) ** -0.5
        context = scores.masked_fill(~mask, -1e4).softmax(-1) @ value
        context = self.attention_out(context.transpose(1, 2).reshape(batch, length, size))
        hidden = self.attention_norm(hidden + F.dropout(context, self.dropout, self.training))
        ffn = self.ffn_out(F.gelu(self.ffn_in(hidden), approximate="tanh"))
        return self.ffn_norm(hidden + F.dropout(ffn, self.dropout, self.training))


class Encoder(nn.Module):
    """ids [batch, tokens] -> last hidden states [batch, tokens, hidden]. Positions start at 0."""

    def __init__(self, shape: Shape, dropout: float = 0.1):
        super().__init__()
        self.shape, self.dropout = shape, dropout
        self.words = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.positions = nn.Embedding(shape.max_tokens, shape.hidden_size)
        self.norm = nn.LayerNorm(shape.hidden_size, eps=shape.layer_norm_epsilon)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.all_hidden_states(ids)[-1]

    def all_hidden_states(self, ids: torch.Tensor) -> list[torch.Tensor]:
        """The embeddings and the output of each layer: `layers + 1` tensors [batch, tokens, hidden]."""
        mask = (ids != PAD_ID)[:, None, None, :]
        positions = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.words(ids) + self.positions(positions))
        states = [F.dropout(hidden, self.dropout, self.training)]
        for layer in self.layers:
            states.append(layer(states[-1], mask))
        return states


class MaskedLanguageModel(nn.Module):
    """Computes logits of the vocabulary from the embedding table (tied weights) and one bias per piece."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        self.encoder = encoder
        self.bias = nn.Parameter(torch.zeros(encoder.shape.vocab_size))

    def scores(self, hidden: torch.Tensor) -> torch.Tensor:
        """Logits [positions, vocabulary] of last hidden states [positions, hidden]."""
        return F.linear(hidden, self.encoder.words.weight, self.bias)


def set_quantized(encoder: Encoder, on: bool) -> None:
    """Switches the layers' int8 rounding on or off."""
    for module in encoder.modules():
        if isinstance(module, Linear):
            module.quantized = on


def set_dropout(encoder: Encoder, dropout: float) -> None:
    """Sets the dropout of the embeddings and of every layer."""
    for module in (encoder, *encoder.layers):
        module.dropout = dropout


def load_encoder(saved: dict, dropout: float = 0.0) -> Encoder:
    """The encoder from a file of the format `model` (bertweet.model.checkpoint)."""
    encoder = Encoder(Shape(**saved["shape"]), dropout)
    encoder.load_state_dict(saved["encoder"])
    return encoder
