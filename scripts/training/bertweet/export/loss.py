"""Measures the loss of a conversion: compares the bundle in native ONNX Runtime with Hugging Face's model in PyTorch, fp32."""

from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm
from transformers import RobertaForMaskedLM, RobertaForSequenceClassification, RobertaForTokenClassification

from bertweet.data.subwords import Subwords
from bertweet.data.tasks import Example
from bertweet.export.native import NativeEncoder, NativeHead
from bertweet.model.bio import best_labels

MODELS = {
    "classification": RobertaForSequenceClassification,
    "tagging": RobertaForTokenClassification,
    "fill-mask": RobertaForMaskedLM,
}


@dataclass(frozen=True)
class Loss:
    """The difference of `answers` probability distributions. Each belongs to a text, a word, or a masked piece.

    - `largest`: the largest absolute difference of a probability.
    - `mean`: the mean absolute difference for PyTorch's most likely label.
    - `agreement`: the share of equal labels. A BIO tag set compares the best sequences. Independent labels compare each yes or no.
    """

    answers: int
    largest: float
    mean: float
    agreement: float


def ask(kind: str, subwords: Subwords, text: str, max_tokens: int) -> Example:
    """A text, and the positions that a head of this kind reads. For fill-mask, the piece in the middle is masked."""
    ids = subwords.encode(text, max_tokens)
    if kind == "classification":
        return Example(ids, [0], [])
    if kind == "tagging":
        return Example(ids, subwords.word_starts(ids), [])
    middle = len(ids) // 2
    return Example([*ids[:middle], subwords.mask_id, *ids[middle + 1 :]], [middle], [])


@torch.no_grad()
def reference_logits(checkpoint: Path, kind: str, questions: list[Example]) -> list[torch.Tensor]:
    """PyTorch's answer to each question, [positions, labels or pieces]."""
    model = MODELS[kind].from_pretrained(checkpoint, dtype=torch.float32, local_files_only=True).eval()
    answers = []
    for question in tqdm(questions, desc="PyTorch", mininterval=1):
        logits = model(torch.tensor([question.ids])).logits[0]
        answers.append(logits[None] if kind == "classification" else logits[question.positions])
    return answers


def bundle_logits(folder: Path, task: str, questions: list[Example]) -> list[torch.Tensor]:
    """The bundle's answer to each question, in native ONNX Runtime, in the same shape."""
    native = NativeEncoder(folder)
    head = NativeHead(native, task)
    return [head(native(question.ids)[question.positions]) for question in tqdm(questions, desc="ONNX Runtime", mininterval=1)]


def compare(entry: dict, wanted: list[torch.Tensor], got: list[torch.Tensor]) -> Loss:
    """Measures the difference. `entry` is the task's entry in the manifest."""
    labels, multi_label = entry.get("labels", []), entry.get("multi_label", False)
    largest, likeliest, same = [], [], []
    for one, other in zip(wanted, got, strict=True):
        p, q = (logits.double().sigmoid() if multi_label else logits.double().softmax(-1) for logits in (one, other))
        difference = (p - q).abs()
        largest.append(difference.amax(-1))
        likeliest.append(difference.gather(-1, p.argmax(-1, keepdim=True)).flatten())
        if multi_label:
            same.append(((p >= 0.5) == (q >= 0.5)).flatten())
        else:
            same.append(torch.tensor([a == b for a, b in zip(best_labels(one, labels), best_labels(other, labels))]))
    return Loss(
        len(torch.cat(largest)),
        torch.cat(largest).max().item(),
        torch.cat(likeliest).mean().item(),
        torch.cat(same).double().mean().item(),
    )
