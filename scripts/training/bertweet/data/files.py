"""Task data as files: JSON lines `{"text","label"}` for classification, CoNLL `token<TAB>tag` for tagging; `.gz` allowed."""

import gzip
import json
from itertools import islice
from pathlib import Path


def open_text(path: Path):
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def find_split(folder: Path, split: str) -> Path | None:
    """The file of `split` (train, dev or test) in a task's folder, whatever its format."""
    names = (f"{split}{ending}" for ending in (".jsonl", ".jsonl.gz", ".conll", ".conll.gz"))
    return next((folder / name for name in names if (folder / name).exists()), None)


def is_tagging(path: Path) -> bool:
    return ".conll" in path.suffixes


def read_classification(path: Path) -> list[tuple[str, str]]:
    """(text, label) a line."""
    with open_text(path) as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["text"], row["label"]) for row in rows]


def write_classification(path: Path, rows: list[tuple[str, str]]) -> None:
    """(text, label) a line, as read_classification reads them."""
    lines = (json.dumps({"text": text, "label": label}, ensure_ascii=False) + "\n" for text, label in rows)
    path.write_text("".join(lines), encoding="utf-8")


def read_texts(path: Path, count: int) -> list[str]:
    """The first `count` texts of JSON lines with `text`, or of a file with a text a line."""
    with open_text(path) as file:
        lines = [line.rstrip("\n") for line in islice(file, count)]
    return [json.loads(line)["text"] for line in lines] if ".jsonl" in path.suffixes else lines


def read_tagging(path: Path) -> list[tuple[list[str], list[str]]]:
    """(words, tags) a tweet."""
    with open_text(path) as file:
        blocks = [block for block in file.read().split("\n\n") if block.strip()]
    tweets = []
    for block in blocks:
        pairs = [line.split("\t") for line in block.strip("\n").split("\n")]
        tweets.append(([pair[0] for pair in pairs], [pair[1] for pair in pairs]))
    return tweets
