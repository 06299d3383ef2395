"""Checkpoints in Hugging Face's format with random weights."""

import json
import string
from argparse import Namespace
from pathlib import Path

import torch
from transformers import PreTrainedModel, RobertaConfig, set_seed

from bertweet.data.hub_files import BYTE_LEVEL, FASTBPE, PICKLE
from bertweet.errors import Unusable
from bertweet.export.loss import MODELS
from bertweet.export.roberta import FIRST_POSITION

SPECIAL_TOKENS = 5  # <s> <pad> </s> <unk> before the list, <mask> after it
LABELS = {
    "classification": ["negative", "neutral", "positive"],
    "multi-label": ["anger", "fear", "joy", "sadness"],
    "tagging": ["B-place", "I-place", "O"],
    "fill-mask": ["LABEL_0", "LABEL_1"],  # every configuration has labels
}


def filled_up(pieces: int, vocab_size: int) -> list[str]:
    """Pieces that no text has, to fill up a vocabulary that has `pieces`. Raises Unusable if these are more than `vocab_size`."""
    if pieces > vocab_size:
        raise Unusable(f"the tokenizer has {pieces} pieces already")
    return [f"unused{number}" for number in range(vocab_size - pieces)]


def tokenizer_files(folder: Path | None, vocab_size: int) -> dict[str, str]:
    """The vocabulary's two files, by name. Raises Unusable if the tokenizer has more pieces than `vocab_size`."""
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


def random_model(args: Namespace) -> PreTrainedModel:
    """A model with the sizes and the head from the options. Every tensor is random."""
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
    return model


def write_random_checkpoint(args: Namespace) -> None:
    """Runs random_checkpoint.py with its options."""
    files, model = tokenizer_files(args.tokenizer, args.vocab_size), random_model(args)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.bin:
        model.config.architectures = [type(model).__name__]
        model.config.save_pretrained(args.out)
        torch.save(model.state_dict(), args.out / PICKLE)
    else:
        model.save_pretrained(args.out)
    for name, text in files.items():
        (args.out / name).write_text(text, encoding="utf-8")
    print(f"{sum(parameter.numel() for parameter in model.parameters()):,} parameters in {args.out}")
