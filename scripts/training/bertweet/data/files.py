"""Task data as files: JSON lines `{"text","label"}` for classification, the label a string or a number, CoNLL `token<TAB>tag` for tagging; `.gz` allowed."""

import gzip
import json
from itertools import islice
from pathlib import Path

from bertweet.errors import Unusable


def open_text(path: Path):
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def find_split(folder: Path, split: str) -> Path | None:
    """The file of `split` (train, dev or test) in a task's folder, whatever its format."""
    names = (f"{split}{ending}" for ending in (".jsonl", ".jsonl.gz", ".conll", ".conll.gz"))
    return next((folder / name for name in names if (folder / name).exists()), None)


def is_tagging(path: Path) -> bool:
    return ".conll" in path.suffixes


def read_example(line: str, where: str) -> tuple[str, str]:
    """(text, label) of a line. A label that is a number becomes its digits. Raises Unusable for a line without a label."""
    try:
        row = json.loads(line)
        text, label = row["text"], row["label"]
    except (ValueError, KeyError, TypeError):
        raise Unusable(f'{where} is not {{"text": ..., "label": ...}}') from None
    is_number = type(label) is int and label >= 0  # Hugging Face's data sets have -1 where there is no label
    if not isinstance(text, str) or not (is_number or (isinstance(label, str) and label)):
        raise Unusable(f"{where}: the text is a string, and the label a string or a number from 0 on, not {label!r}")
    return text, str(label)


def read_classification(path: Path) -> list[tuple[str, str]]:
    """(text, label) of each line. Raises Unusable, with the line's number, for a line that is not an example."""
    with open_text(path) as lines:
        return [read_example(line, f"{path}, line {number}") for number, line in enumerate(lines, 1)]


def write_classification(path: Path, rows: list[tuple[str, str]]) -> None:
    """Writes one (text, label) per line, in the format of read_classification."""
    lines = (json.dumps({"text": text, "label": label}, ensure_ascii=False) + "\n" for text, label in rows)
    path.write_text("".join(lines), encoding="utf-8")


def read_texts(path: Path, count: int) -> list[str]:
    """The first `count` texts of JSON lines with `text`, or of a file with one text per line."""
    with open_text(path) as file:
        lines = [line.rstrip("\n") for line in islice(file, count)]
    return [json.loads(line)["text"] for line in lines] if ".jsonl" in path.suffixes else lines


def read_tagging(path: Path) -> list[tuple[list[str], list[str]]]:
    """(words, tags) of each tweet."""
    with open_text(path) as file:
        blocks = [block for block in file.read().split("\n\n") if block.strip()]
    tweets = []
    for block in blocks:
        pairs = [line.split("\t") for line in block.strip("\n").split("\n")]
        tweets.append(([pair[0] for pair in pairs], [pair[1] for pair in pairs]))
    return tweets


def read_entries(path: Path) -> dict[str, dict]:
    """tasks.json: an entry for each task, by name."""
    return json.loads(path.read_text(encoding="utf-8"))
