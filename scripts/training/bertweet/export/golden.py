"""Golden answers: a bundle's answers to a few texts. They are in its manifest, so that the service can check a loaded model."""

from pathlib import Path

import torch

from bertweet.data.subwords import Subwords, load_subwords
from bertweet.export.manifest import read_manifest, write_manifest
from bertweet.export.native import NativeHead, open_native

# Invented for this purpose, not copied from any tweet.
TEXTS = (
    "Good morning from Lisbon, @maria! What a wonderful day for the big game 😍 #sunshine",
    "Worst service ever at Northgate Station: nobody could <mask> me why the train was late again",
)
TOLERANCE = 0.1  # engines quantize activations differently
BEST_LABELS = 2
WORDS = 3
PIECE_RANKS = (0, 9, 99)  # for a mask: the most likely piece, and two less likely ones


def read_positions(subwords: Subwords, kind: str, ids: list[int]) -> list[int]:
    """The numbers of the hidden states that a head of this kind reads."""
    if kind == "classification":
        return [0]
    if kind == "tagging":
        return subwords.word_starts(ids)
    return [at for at, piece in enumerate(ids) if piece == subwords.mask_id]


def golden_answer(entry: dict, at: int, logits: torch.Tensor) -> dict:
    """The answer `logits` [labels or pieces] of token number `at`, in the manifest's format."""
    if entry["kind"] == "fill-mask":
        order = logits.argsort(descending=True)
        pieces = sorted({int(order[min(rank, len(order) - 1)]) for rank in PIECE_RANKS})
        scores = dict(zip(map(str, pieces), logits[pieces].softmax(-1).tolist(), strict=True))
    else:
        scaled = logits / entry["temperature"]
        probabilities = scaled.sigmoid() if entry.get("multi_label") else scaled.softmax(-1)
        best = probabilities.topk(min(BEST_LABELS, len(probabilities)))
        scores = {entry["labels"][label]: value for label, value in zip(best.indices.tolist(), best.values.tolist())}
    return {"at": at, "scores": {label: round(score, 4) for label, score in scores.items()}}


def telling(answer: dict) -> tuple[bool, float]:
    """Sort key for the answers of words. The answers that test a head best come first: those other than O, and confident ones."""
    label, score = max(answer["scores"].items(), key=lambda item: item[1])
    return label == "O", -score


@torch.no_grad()
def golden_answers(folder: Path) -> dict | None:
    """The manifest's `golden` of a bundle. None if every text is too long for the model."""
    native, subwords = open_native(folder), load_subwords(folder)
    max_tokens = native.manifest["architecture"]["max_tokens"]
    heads = {task: NativeHead(native, task) for task in native.manifest["tasks"]}
    texts = []
    for text in TEXTS:
        ids = subwords.encode(text, max_tokens + 1)
        if len(ids) > max_tokens:
            continue
        states, answers = native(ids), {}
        for task, head in heads.items():
            entry = native.manifest["tasks"][task]
            positions = read_positions(subwords, entry["kind"], ids)
            given = [golden_answer(entry, at, logits) for at, logits in zip(positions, head(states[positions]))]
            if given:
                answers[task] = sorted(sorted(given, key=telling)[:WORDS], key=lambda answer: answer["at"])
        texts.append({"text": text, "ids": ids, "answers": answers})
    return {"tolerance": TOLERANCE, "texts": texts} if texts else None


def add_golden(folder: Path) -> None:
    """Writes the golden answers of a bundle into its manifest.json. Replaces existing ones."""
    manifest = read_manifest(folder)
    manifest.pop("golden", None)
    if golden := golden_answers(folder):
        manifest["golden"] = golden
    size = write_manifest(folder, manifest)
    print(f"{size:12,} manifest.json with the answers to {len(golden['texts']) if golden else 0} golden texts")
