#!/usr/bin/env python3
"""Write a checkpoint in Hugging Face's format with random weights, for tests and benchmarks; by default of BERTweet-base's sizes.

Every tensor is random, biases and norms too. The tokenizer is that of `--tokenizer`, fastBPE or byte-level BPE, its vocabulary
filled up with pieces that no text has; without one, it is fastBPE and pieces are single characters. BERTweet-large's sizes:
`--layers 24 --hidden 1024 --heads 16 --ffn 4096 --vocab-size 50265 --tokens 512`.
"""

import argparse
import json
import string
from pathlib import Path

import torch
from transformers import RobertaConfig, set_seed

from bertweet.export.loss import MODELS
from bertweet.export.roberta import FIRST_POSITION
from bertweet.data.subwords import BYTE_LEVEL, FASTBPE

SPECIAL_TOKENS = 5  # <s> <pad> </s> <unk> before the list, <mask> behind it
LABELS = {
    "classification": ["negative", "neutral", "positive"],
    "multi-label": ["anger", "fear", "joy", "sadness"],
    "tagging": ["B-place", "I-place", "O"],
    "fill-mask": ["LABEL_0", "LABEL_1"],  # every configuration has labels
}


class TooMany(ValueError):
    """The tokenizer has more pieces than the checkpoint shall have."""


def filled_up(pieces: int, vocab_size: int) -> list[str]:
    """Pieces that no text has, for a vocabulary of `pieces`."""
    if pieces > vocab_size:
        raise TooMany(f"the tokenizer has {pieces} pieces already")
    return [f"unused{number}" for number in range(vocab_size - pieces)]


def tokenizer_files(folder: Path | None, vocab_size: int) -> dict[str, str]:
    """By their names. Raises TooMany."""
    if folder and (folder / BYTE_LEVEL["vocab"]).exists():
        ids = json.loads((folder / BYTE_LEVEL["vocab"]).read_text(encoding="utf-8"))
        ids |= {piece: len(ids) + number for number, piece in enumerate(filled_up(len(ids), vocab_size))}
        merges = (folder / BYTE_LEVEL["merges"]).read_text(encoding="utf-8")
        return {BYTE_LEVEL["vocab"]: json.dumps(ids, ensure_ascii=False), BYTE_LEVEL["merges"]: merges}
    if folder:
        lines = (folder / FASTBPE["vocab"]).read_text(encoding="utf-8").rstrip("\n").split("\n")
        merges = (folder / FASTBPE["merges"]).read_text(encoding="utf-8")
    else:
        characters = string.digits + string.ascii_letters + string.punctuation
        lines = [f"{piece} 1" for character in characters for piece in (character, f"{character}@@")]
        merges = ""
    lines += [f"{piece} 0" for piece in filled_up(len(lines) + SPECIAL_TOKENS, vocab_size)]
    return {FASTBPE["vocab"]: "\n".join(lines) + "\n", FASTBPE["merges"]: merges}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--tokenizer", type=Path, help="folder with vocab.txt and bpe.codes, or vocab.json and merges.txt")
    parser.add_argument("--head", choices=LABELS, default="classification", help="default: %(default)s")
    parser.add_argument("--bin", action="store_true", help="write pytorch_model.bin, not model.safetensors")
    parser.add_argument("--seed", type=int, default=0)
    for name, size in {"layers": 12, "hidden": 768, "heads": 12, "ffn": 3072, "vocab-size": 64_001, "tokens": 128}.items():
        parser.add_argument(f"--{name}", type=int, default=size, help="default: %(default)s")
    args = parser.parse_args()
    try:
        files = tokenizer_files(args.tokenizer, args.vocab_size)
    except TooMany as error:
        parser.error(str(error))

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
    for name, text in files.items():
        (args.out / name).write_text(text, encoding="utf-8")
    print(f"{sum(parameter.numel() for parameter in model.parameters()):,} parameters in {args.out}")


if __name__ == "__main__":
    main()
