#!/usr/bin/env python3
"""What checkpoints of Hugging Face's answer in PyTorch, fp32, and how far the layers of their bundles are from that.

Reads `--texts` (a text a line) and writes JSON: for each pair CHECKPOINT=BUNDLE of folders the relative root mean square distance
of last hidden states, the bundle's shards run one after another by ONNX Runtime from PyTorch's embeddings; and for each text
its probabilities [rows, labels], a row a text, a word or a mask, those of pieces as {piece: probability}.
"""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from transformers import (
    AddedToken,
    AutoConfig,
    RobertaForMaskedLM,
    RobertaForSequenceClassification,
    RobertaForTokenClassification,
    RobertaTokenizer,
)
from transformers.models.bertweet.tokenization_bertweet import BertweetTokenizer

from bertweet.export.session import open_session

MODELS = {
    model.__name__: model for model in (RobertaForMaskedLM, RobertaForSequenceClassification, RobertaForTokenClassification)
}
PIECES = 200


def read_tokenizer(folder: Path) -> tuple[Callable[[str], list[int]], BertweetTokenizer | RobertaTokenizer]:
    """How a text gets its ids, and the tokenizer that knows their pieces."""
    if (folder / "vocab.txt").exists():
        tokenizer = BertweetTokenizer(str(folder / "vocab.txt"), str(folder / "bpe.codes"), normalization=True)
        return lambda text: tokenizer(text)["input_ids"], tokenizer
    mask = AddedToken("<mask>", lstrip=True, special=True, normalized=False)
    tokenizer = RobertaTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), mask_token=mask)
    normalizer = BertweetTokenizer(os.devnull, os.devnull)
    return lambda text: tokenizer(normalizer.normalizeTweet(text))["input_ids"], tokenizer


def first_pieces(pieces: list[str], byte_level: bool) -> list[int]:
    """Where words begin; fastBPE marks pieces that don't end one, byte-level BPE those behind a space, but for `<mask>`."""

    def begins(at: int) -> bool:
        return at == 1 or (pieces[at].startswith(("Ġ", "<mask>")) if byte_level else not pieces[at - 1].endswith("@@"))

    return [at for at in range(1, len(pieces) - 1) if begins(at)]


@torch.no_grad()
def answer(checkpoint: Path, bundle: Path, texts: list[str]) -> dict:
    encode, tokenizer = read_tokenizer(checkpoint)
    config = AutoConfig.from_pretrained(checkpoint)
    model = MODELS[config.architectures[0]].from_pretrained(checkpoint).eval()
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    shards = [open_session(bundle / shard["graph"]) for shard in manifest["encoder"]]
    error = energy = 0.0
    answers = []
    for text in texts:
        ids = torch.tensor([encode(text)])
        hidden = model.roberta.embeddings(ids).numpy()
        wanted = model.roberta(ids).last_hidden_state.numpy()
        for shard in shards:
            (hidden,) = shard.run(["last_hidden"], {"hidden": hidden})
        error, energy = error + np.square(hidden - wanted).sum(), energy + np.square(wanted).sum()
        logits = model(ids).logits
        if config.problem_type == "multi_label_classification":
            answers.append(logits.sigmoid().tolist())
        elif logits.dim() == 2:
            answers.append(logits.softmax(-1).tolist())
        elif isinstance(model, RobertaForMaskedLM):
            rows = logits[ids == tokenizer.mask_token_id].softmax(-1)
            best = rows.topk(PIECES)
            answers.append(
                [
                    dict(zip(tokenizer.convert_ids_to_tokens(numbers.tolist()), values.tolist()))
                    for numbers, values in zip(best.indices, best.values)
                ]
            )
        else:
            pieces = tokenizer.convert_ids_to_tokens(ids[0])
            first = first_pieces(pieces, isinstance(tokenizer, RobertaTokenizer))
            answers.append(logits[0, first].softmax(-1).tolist())
    return {"rms": float(error / energy) ** 0.5, "answers": answers}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("pairs", nargs="+", metavar="CHECKPOINT=BUNDLE")
    args = parser.parse_args()
    texts = args.texts.read_text(encoding="utf-8").splitlines()
    pairs = [tuple(map(Path, pair.split("="))) for pair in args.pairs]
    args.out.write_text(json.dumps([answer(checkpoint, bundle, texts) for checkpoint, bundle in pairs]), encoding="utf-8")


if __name__ == "__main__":
    main()
