"""The most likely valid BIO sequence, in which I-x only follows B-x or I-x. src/tasks/bio.ts computes the same."""

import torch


def is_bio(labels: list[str]) -> bool:
    """Whether a tag set is BIO: it has only O, B-x and I-x."""
    return "O" in labels and all(label == "O" or label[:2] in ("B-", "I-") for label in labels)


def may_follow(labels: list[str]) -> torch.Tensor:
    """bool [label, next label]: whether the second may follow the first."""
    return torch.tensor([[not after.startswith("I-") or before[2:] == after[2:] for after in labels] for before in labels])


def decode_bio(logits: torch.Tensor, labels: list[str]) -> list[int]:
    """Label numbers of the valid sequence with the highest sum of log-probabilities (Viterbi). `logits` is [words, labels]."""
    if len(logits) == 0:
        return []
    scores = logits.log_softmax(-1)
    forbidden = torch.where(may_follow(labels), 0.0, -torch.inf)
    first = torch.tensor([-torch.inf if label.startswith("I-") else 0.0 for label in labels])
    best, back = scores[0] + first, []
    for row in scores[1:]:
        best, came_from = (best[:, None] + forbidden).max(0)
        back.append(came_from)
        best = best + row
    path = [int(best.argmax())]
    for came_from in reversed(back):
        path.append(int(came_from[path[-1]]))
    return path[::-1]


def best_labels(logits: torch.Tensor, labels: list[str]) -> list[int]:
    """A label number for each row of `logits` [rows, labels]: the most likely valid sequence for BIO, otherwise each row's maximum."""
    return decode_bio(logits, labels) if is_bio(labels) else logits.argmax(-1).tolist()
