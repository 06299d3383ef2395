#!/usr/bin/env python3
"""Save `finetuned.pt` with one of its heads as a checkpoint of Hugging Face's RoBERTa classes, which computes the same.

RoBERTa's heads are not linear, ours are. A classification goes through `tanh(x / 1024)`, which is nearly linear where x is small.
For fill-mask the last LayerNorm is undone, GELU reads values so far from 0 that it changes nothing, and the head's own
LayerNorm does it again. With `--hidden-act gelu` (erf), as published checkpoints have it, the encoder differs a little.
"""

import argparse
from pathlib import Path

import torch
from transformers import RobertaConfig

from bertweet.model.encoder import Encoder, Shape
from bertweet.model.hugging_face import to_hugging_face
from bertweet.export.loss import MODELS
from bertweet.export.roberta import FIRST_POSITION, GELUS, PREFIX

NEARLY_LINEAR = 1024.0  # a power of two, so that weights stay as exact as they are
BEYOND_GELU = 32.0  # no value of a LayerNorm over n channels is beyond the square root of n


def head_weights(encoder: Encoder, head: dict) -> dict[str, torch.Tensor]:
    """The head under Hugging Face's names."""
    size = encoder.shape.hidden_size
    if head["kind"] == "tagging":
        return {"classifier.weight": head["weight"], "classifier.bias": head["bias"]}
    if head["kind"] == "classification":
        return {
            "classifier.dense.weight": torch.eye(size) / NEARLY_LINEAR,
            "classifier.dense.bias": torch.zeros(size),
            "classifier.out_proj.weight": head["weight"] * NEARLY_LINEAR,
            "classifier.out_proj.bias": head["bias"],
        }
    norm = encoder.layers[-1].ffn_norm
    return {
        "lm_head.dense.weight": torch.diag(1 / norm.weight),
        "lm_head.dense.bias": BEYOND_GELU - norm.bias / norm.weight,
        "lm_head.layer_norm.weight": norm.weight,
        "lm_head.layer_norm.bias": norm.bias,
        "lm_head.decoder.weight": encoder.words.weight,
        "lm_head.decoder.bias": head["bias"],
        "lm_head.bias": head["bias"],
    }


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="finetuned.pt as finetune.py wrote it")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with vocab.txt and bpe.codes")
    parser.add_argument("--task", required=True, help="the head to take")
    parser.add_argument("--out", type=Path, required=True, help="the new checkpoint's folder")
    parser.add_argument("--hidden-act", choices=GELUS, default="gelu_pytorch_tanh", help="default: %(default)s, as it was trained")
    args = parser.parse_args()

    checkpoint = torch.load(args.checkpoint, weights_only=True)
    if args.task not in checkpoint["heads"]:
        parser.error(f"the checkpoint's tasks are {', '.join(checkpoint['heads'])}")
    encoder, head = Encoder(Shape(**checkpoint["shape"]), dropout=0.0), checkpoint["heads"][args.task]
    encoder.load_state_dict(checkpoint["encoder"])
    shape = encoder.shape
    config = RobertaConfig(
        vocab_size=shape.vocab_size,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.ffn_size,
        max_position_embeddings=shape.max_tokens + FIRST_POSITION,
        type_vocab_size=1,
        layer_norm_eps=shape.layer_norm_epsilon,
        hidden_act=args.hidden_act,
        id2label=dict(enumerate(head.get("labels", ["LABEL_0", "LABEL_1"]))),
    )
    model = MODELS[head["kind"]](config)
    weights = to_hugging_face(encoder, FIRST_POSITION)
    model.load_state_dict({f"{PREFIX}{name}": tensor for name, tensor in weights.items()} | head_weights(encoder, head))
    model.save_pretrained(args.out)
    for name in ("vocab.txt", "bpe.codes"):
        (args.out / name).write_bytes((args.tokenizer / name).read_bytes())


if __name__ == "__main__":
    main()
