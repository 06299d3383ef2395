#!/usr/bin/env python3
"""Write a checkpoint in Hugging Face's format with random weights, for tests and benchmarks; by default of BERTweet-base's sizes.

Every tensor is random, biases and norms too. The tokenizer is that of `--tokenizer`, its vocabulary filled up with pieces that no
text has; without one, pieces are single characters.
"""

import argparse
import string
from pathlib import Path

import torch
from transformers import RobertaConfig, set_seed

from mini.loss import MODELS
from mini.roberta import FIRST_POSITION

SPECIAL_TOKENS = 5  # <s> <pad> </s> <unk> before the list, <mask> behind it
LABELS = {
    "classification": ["negative", "neutral", "positive"],
    "multi-label": ["anger", "fear", "joy", "sadness"],
    "tagging": ["B-place", "I-place", "O"],
    "fill-mask": ["LABEL_0", "LABEL_1"],  # every configuration has labels
}


def read_tokenizer(folder: Path | None) -> tuple[list[str], str]:
    """(lines of vocab.txt, bpe.codes)"""
    if folder:
        vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
        return vocabulary, (folder / "bpe.codes").read_text(encoding="utf-8")
    characters = string.digits + string.ascii_letters + string.punctuation
    return [f"{piece} 1" for character in characters for piece in (character, f"{character}@@")], ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--tokenizer", type=Path, help="folder with vocab.txt and bpe.codes")
    parser.add_argument("--head", choices=LABELS, default="classification", help="default: %(default)s")
    parser.add_argument("--bin", action="store_true", help="write pytorch_model.bin, not model.safetensors")
    parser.add_argument("--seed", type=int, default=0)
    for name, size in {"layers": 12, "hidden": 768, "heads": 12, "ffn": 3072, "vocab-size": 64_001, "tokens": 128}.items():
        parser.add_argument(f"--{name}", type=int, default=size, help="default: %(default)s")
    args = parser.parse_args()
    vocabulary, merges = read_tokenizer(args.tokenizer)
    unused = args.vocab_size - SPECIAL_TOKENS - len(vocabulary)
    if unused < 0:
        parser.error(f"the tokenizer has {len(vocabulary) + SPECIAL_TOKENS} pieces already")

    set_seed(args.seed)
    config = RobertaConfig(
        vocab_size=args.vocab_size,
        hidden_size=args.hidden,
        num_hidden_layers=args.layers,
        num_attention_heads=args.heads,
        intermediate_size=args.ffn,
        max_position_embeddings=args.tokens + FIRST_POSITION,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        initializer_range=args.hidden**-0.5,  # so that each layer changes its input
        id2label=dict(enumerate(LABELS[args.head])),
        problem_type="multi_label_classification" if args.head == "multi-label" else None,
    )
    model = MODELS["classification" if args.head == "multi-label" else args.head](config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter += 0.1 * torch.randn_like(parameter)

    args.out.mkdir(parents=True, exist_ok=True)
    if args.bin:
        model.config.architectures = [type(model).__name__]
        model.config.save_pretrained(args.out)
        torch.save(model.state_dict(), args.out / "pytorch_model.bin")
    else:
        model.save_pretrained(args.out)
    vocabulary += [f"unused{number} 0" for number in range(unused)]
    (args.out / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    (args.out / "bpe.codes").write_text(merges, encoding="utf-8")
    print(f"{sum(parameter.numel() for parameter in model.parameters()):,} parameters in {args.out}")


if __name__ == "__main__":
    main()
