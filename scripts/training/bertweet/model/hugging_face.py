"""Renames the encoder's weights between Hugging Face's names, which BertModel and RobertaModel share, and ours."""

from collections.abc import Mapping

import torch

from bertweet.model.encoder import Encoder, Shape

WORDS, POSITIONS, TYPES, NORM = (
    f"embeddings.{name}" for name in ("word_embeddings", "position_embeddings", "token_type_embeddings", "LayerNorm")
)
PROJECTIONS = ("query", "key", "value")
LAYER_PARTS = {
    "attention_out": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "ffn_in": "intermediate.dense",
    "ffn_out": "output.dense",
    "ffn_norm": "output.LayerNorm",
}
WEIGHT_AND_BIAS = ("weight", "bias")


def from_hugging_face(source: Mapping[str, torch.Tensor], shape: Shape, first_position: int = 0) -> dict[str, torch.Tensor]:
    """`Encoder.state_dict()`. It has the position rows from `first_position` on, with the single token type added to them."""
    positions = source[f"{POSITIONS}.weight"][first_position : first_position + shape.max_tokens]
    weights = {
        "words.weight": source[f"{WORDS}.weight"],
        "positions.weight": positions + source[f"{TYPES}.weight"][0],
    }
    for part in WEIGHT_AND_BIAS:
        weights[f"norm.{part}"] = source[f"{NORM}.{part}"]
        for number in range(shape.layers):
            ours, theirs = f"layers.{number}", f"encoder.layer.{number}"
            fused = [source[f"{theirs}.attention.self.{name}.{part}"] for name in PROJECTIONS]
            weights[f"{ours}.qkv.{part}"] = torch.cat(fused)
            for name, named in LAYER_PARTS.items():
                weights[f"{ours}.{name}.{part}"] = source[f"{theirs}.{named}.{part}"]
    return weights


def to_hugging_face(encoder: Encoder, first_position: int = 0) -> dict[str, torch.Tensor]:
    """The reverse. The position rows before `first_position` are zeros, and so is the single token type."""
    source, size = encoder.state_dict(), encoder.shape.hidden_size
    weights = {
        f"{WORDS}.weight": source["words.weight"],
        f"{POSITIONS}.weight": torch.cat([torch.zeros(first_position, size), source["positions.weight"]]),
        f"{TYPES}.weight": torch.zeros(1, size),
    }
    for part in WEIGHT_AND_BIAS:
        weights[f"{NORM}.{part}"] = source[f"norm.{part}"]
        for number in range(encoder.shape.layers):
            ours, theirs = f"layers.{number}", f"encoder.layer.{number}"
            for name, rows in zip(PROJECTIONS, source[f"{ours}.qkv.{part}"].chunk(3), strict=True):
                weights[f"{theirs}.attention.self.{name}.{part}"] = rows
            for name, named in LAYER_PARTS.items():
                weights[f"{theirs}.{named}.{part}"] = source[f"{ours}.{name}.{part}"]
    return weights
