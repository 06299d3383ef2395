"""Golden answers: what a bundle answers to a few texts, written into its manifest, so that the service can check what it loaded."""

import json
from pathlib import Path

import torch

from bertweet.data.subwords import Subwords, load_subwords
from bertweet.export.native import NativeEncoder, NativeHead

# Written for this purpose; no tweet of anybody.
TEXTS = (
    "Good morning from Lisbon, @maria! What a wonderful day for the big game 😍 #sunshine",
    "Worst service ever at Northgate Station: nobody could <mask> me why the train was late again",
)
TOLERANCE = 0.1  # engines quantize activations differently
BEST_LABELS = 2
WORDS = 3
PIECE_RANKS = (0, 9, 99)  # of a mask: the likeliest piece, and pieces that fit less and less


def read_positions(subwords: Subwords, kind: str, ids: list[int]) -> list[int]:
    """Which hidden states a head of that kind reads."""
    if kind == "classification":
        return [0]
    if kind == "tagging":
        return subwords.word_starts(ids)
    return [at for at, piece in enumerate(ids) if piece == subwords.mask_id]


def golden_answer(entry: dict, at: int, logits: torch.Tensor) -> dict:
    """The answer `logits` [labels or pieces] of the token number `at`, as the manifest has it."""
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
    """Sorts the answers of words: those that tell most of a head first, which are confident, and not O."""
    label, score = max(answer["scores"].items(), key=lambda item: item[1])
    return label == "O", -score


@torch.no_grad()
def golden_answers(folder: Path) -> dict | None:
    """The manifest's `golden` of a bundle; None when the model reads none of the texts whole."""
    native, subwords = NativeEncoder(folder), load_subwords(folder)
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
    """Writes the golden answers of a bundle into its manifest.json, in place of those that it may have."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest.pop("golden", None)
    if golden := golden_answers(folder):
        manifest["golden"] = golden
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    print(f"{len(text.encode()):12,} manifest.json with the answers to {len(golden['texts']) if golden else 0} golden texts")
