"""The metrics of the shared tasks, and calibration."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F

Labels = Sequence[str]


def accuracy(gold: Labels, predicted: Labels) -> float:
    return sum(g == p for g, p in zip(gold, predicted, strict=True)) / len(gold)


def recall_and_f1(gold: Labels, predicted: Labels, label: str) -> tuple[float, float]:
    """(recall, F1) of one class. 0 if neither gold nor predictions have the class."""
    hits = sum(g == p == label for g, p in zip(gold, predicted, strict=True))
    in_gold, in_predicted = gold.count(label), predicted.count(label)
    recall = hits / in_gold if in_gold else 0.0
    return recall, 2 * hits / (in_gold + in_predicted) if in_gold + in_predicted else 0.0


def average_recall(gold: Labels, predicted: Labels) -> float:
    """SemEval-2017 Task 4's AvgRec: the unweighted mean of the classes' recall."""
    classes = set(gold)
    return sum(recall_and_f1(gold, predicted, label)[0] for label in classes) / len(classes)


def macro_f1(gold: Labels, predicted: Labels) -> float:
    classes = set(gold)
    return sum(recall_and_f1(gold, predicted, label)[1] for label in classes) / len(classes)


def entity_spans(tags: Labels) -> set[tuple[int, int, str]]:
    """(first word, one past the last, type) of each entity of a BIO sequence. An I without an entity before it starts one (conlleval)."""
    spans, start, kind = set(), 0, None
    for position, tag in enumerate([*tags, "O"]):
        if kind and (not tag.startswith("I-") or tag[2:] != kind):
            spans.add((start, position, kind))
            kind = None
        if tag != "O" and kind is None:
            start, kind = position, tag[2:]
    return spans


def entity_f1(gold: Sequence[Labels], predicted: Sequence[Labels]) -> float:
    """F1 over entities. An entity counts only if its span and type are both right."""
    hits = total_gold = total_predicted = 0
    for gold_tags, predicted_tags in zip(gold, predicted, strict=True):
        gold_spans, predicted_spans = entity_spans(gold_tags), entity_spans(predicted_tags)
        hits += len(gold_spans & predicted_spans)
        total_gold += len(gold_spans)
        total_predicted += len(predicted_spans)
    return 2 * hits / max(1, total_gold + total_predicted)


def find_metric(name: str) -> Callable[[Sequence, Sequence], float]:
    """The function for a metric's name in tasks.json. For tagging, both of its arguments are lists of tag sequences."""
    if name.startswith("f1:"):
        return lambda gold, predicted: recall_and_f1(gold, predicted, name[3:])[1]
    return {"average_recall": average_recall, "macro_f1": macro_f1, "entity_f1": entity_f1, "accuracy": accuracy}[name]


def expected_calibration_error(logits: torch.Tensor, gold: torch.Tensor, temperature: float, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over `bins` equal steps of confidence (Guo et al. 2017)."""
    confidence, predicted = (logits / temperature).softmax(-1).max(-1)
    bin_of = (confidence * bins).long().clamp(max=bins - 1)
    gaps = torch.zeros(bins).index_add(0, bin_of, (predicted == gold).float() - confidence)
    return (gaps.abs().sum() / len(gold)).item()


def fit_temperature(logits: torch.Tensor, gold: torch.Tensor) -> float:
    """The temperature with the lowest negative log-likelihood. Tries 0.50 to 10.00 in steps of 0.01."""
    candidates = [hundredths / 100 for hundredths in range(50, 1001)]
    return min(candidates, key=lambda temperature: F.cross_entropy(logits / temperature, gold).item())
