"""Texts that training uses without labels."""

from pathlib import Path

from bertweet.data.files import find_split, is_tagging, open_text, read_classification, read_tagging


def read_tweets(data: Path) -> list[str]:
    """The unlabelled tweets: `tweets.txt.gz`, one tweet per line."""
    with open_text(data / "tweets.txt.gz") as lines:
        return [line.rstrip("\n") for line in lines]


def short_text_folders(entries: dict[str, dict]) -> list[str]:
    """Sorted names of the tasks' training folders, without tasks whose texts exceed the encoder's length."""
    short = [entry for entry in entries.values() if not entry.get("windows")]
    return sorted({folder for entry in short for folder in (entry["folder"], *entry.get("borrows", {}))})


def read_corpus(data: Path, entries: dict[str, dict], limit: int | None) -> list[str]:
    """The unlabelled tweets and the training texts of every task with short texts. `entries` are those of tasks.json."""
    texts = read_tweets(data)
    for folder in short_text_folders(entries):
        path = find_split(data / folder, "train")
        if path and is_tagging(path):
            texts += [" ".join(words) for words, _ in read_tagging(path)]
        elif path:
            texts += [text for text, _ in read_classification(path)]
    return texts[:limit]
