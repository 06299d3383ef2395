"""A task: its examples as ids and label numbers, and the facts that its head needs."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from bertweet.data.batches import batches_by_length
from bertweet.data.cut import cut_tweets
from bertweet.data.files import find_split, is_tagging, read_classification, read_tagging
from bertweet.data.tokenizer import MAX_TOKENS, Encoding
from bertweet.errors import Unusable

MAX_WINDOWED_TOKENS = 4096  # no review is longer
SAME = "same"


@dataclass(frozen=True)
class Example:
    """A text as the model reads it.

    - `ids` are truncated to the encoder's length, unless the task reads long texts in windows.
    - `positions` are the positions that the head reads. A classification reads [0], the `<s>`. A tagging reads each word's first piece.
    - `gold` has a label number for each position. It is -1 for a label that the task lacks.
    - `missing` is the number of words after the encoder's last position.
    """

    ids: list[int]
    positions: list[int]
    gold: list[int]
    missing: int = 0


@dataclass(frozen=True)
class Task:
    name: str
    kind: str
    labels: list[str]
    metric: str
    description: str
    data: str
    effort: float
    splits: dict[str, list[Example]]


def encode(rows: list, tagged: bool, encoding: Encoding, number_of: dict[str, int], max_tokens: int) -> list[Example]:
    """Examples of (words, tags) or (text, label). A label that `number_of` lacks gets the number -1."""
    examples = []
    for text_or_words, label_or_tags in rows:
        labels = label_or_tags if tagged else [label_or_tags]
        gold = [number_of.get(label, -1) for label in labels]
        if tagged:
            ids, positions = encoding.words(text_or_words)
            examples.append(Example(ids, positions, gold[: len(positions)], len(gold) - len(positions)))
        else:
            examples.append(Example(encoding.text(text_or_words, max_tokens), [0], gold))
    return examples


def label_order(label: str) -> tuple[bool, int, str]:
    """Sorts labels: those that are numbers by their size and first, the others by their letters."""
    return (False, int(label), label) if label.isdecimal() else (True, 0, label)


def own_names(ours: dict[str, str] | str, labels: list[str], tagged: bool) -> dict[str, str]:
    """Maps each label of another data set to this task's label. `ours` maps labels, or types of BIO tags. SAME keeps every label."""
    if ours == SAME:
        return {label: label for label in labels}
    if tagged:
        return {f"{prefix}-{name}": f"{prefix}-{own}" for name, own in ours.items() for prefix in "BI"} | {"O": "O"}
    return ours


def borrow(data: Path, borrows: dict[str, dict[str, str] | str], labels: list[str], tagged: bool) -> list:
    """Training rows of other data sets in this task's labels. `borrows` maps folders to label maps. Raises KeyError for an unmapped label."""
    rows = []
    for folder, ours in borrows.items():
        path, here = find_split(data / folder, "train"), own_names(ours, labels, tagged)
        if tagged:
            rows += [(words, [here[tag] for tag in tags]) for words, tags in read_tagging(path)]
        else:
            rows += [(text, here[label]) for text, label in read_classification(path)]
    return rows


def load_task(name: str, entry: dict, data: Path, encoding: Encoding, limit: int | None) -> Task:
    """The task's train and dev splits. Its labels are those of its own training set, sorted. The test split is not opened.

    `entry` is the task's entry in tasks.json. These keys are optional:

    - `windows`: true if texts exceed the encoder's length and are read in windows. The service also reads them so by default.
    - `default`: true for the tag set that the service uses if a request names none.
    - `effort`: factor for the number of training passes.
    - `borrows`: other folders whose training texts are added.
    - `cut`: share of the training texts that are added again in truncated form (`cut_tweets`).

    Raises Unusable if the folder lacks a split.
    """
    folder = data / entry["folder"]
    train, dev = find_split(folder, "train"), find_split(folder, "dev")
    if not train or not dev:
        raise Unusable(f"{folder} has no train and dev split in JSON lines or CoNLL")
    tagged = is_tagging(train)
    rows = {split: (read_tagging if tagged else read_classification)(path) for split, path in (("train", train), ("dev", dev))}
    labels = sorted({label for _, given in rows["train"] for label in (given if tagged else [given])}, key=label_order)
    rows = {split: of_split[:limit] for split, of_split in rows.items()}
    rows["train"] += borrow(data, entry.get("borrows", {}), labels, tagged)[:limit]
    rows["train"] += cut_tweets(rows["train"], entry.get("cut", 0))
    number_of = {label: number for number, label in enumerate(labels)}
    max_tokens = MAX_WINDOWED_TOKENS if entry.get("windows") else MAX_TOKENS
    splits = {split: encode(of_split, tagged, encoding, number_of, max_tokens) for split, of_split in rows.items()}
    kind = "tagging" if tagged else "classification"
    return Task(name, kind, labels, entry["metric"], entry["description"], entry["data"], entry.get("effort", 1.0), splits)


def training_batches(task: Task, passes: float, batch_tokens: int, rng: random.Random) -> Iterator[list[int]]:
    """Numbers of training texts, batch by batch, until each has come `passes` times. Of a text in windows, one window counts."""
    lengths = [min(len(example.ids), MAX_TOKENS) for example in task.splits["train"]]
    wanted = passes * len(lengths)
    while wanted > 0:
        for batch in batches_by_length(lengths, batch_tokens, rng):
            if wanted <= 0:
                break
            yield batch
            wanted -= len(batch)


def class_counts(task: Task) -> torch.Tensor:
    """Float [labels]: number of training texts of a classification with each label."""
    counts = torch.zeros(len(task.labels))
    for example in task.splits["train"]:
        counts[example.gold[0]] += 1
    return counts


def class_weights(task: Task, balance: float) -> torch.Tensor | None:
    """frequency ** -balance for each label of a classification, with mean 1 over the training set."""
    if task.kind == "tagging":
        return None
    counts = class_counts(task)
    weights = counts.clamp(min=1) ** -balance
    return weights * counts.sum() / (weights * counts).sum()
