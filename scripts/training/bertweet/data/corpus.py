"""The texts that are learned from without their labels."""

from pathlib import Path

from bertweet.data.files import find_split, is_tagging, open_text, read_classification, read_tagging

LONG_TEXT_TASKS = {"imdb"}  # reviews are ten times as long as tweets; fine-tuning reads them


def read_tweets(data: Path) -> list[str]:
    """The unlabelled tweets."""
    with open_text(data / "tweets.txt.gz") as lines:
        return [line.rstrip("\n") for line in lines]


def read_corpus(data: Path, limit: int | None) -> list[str]:
    """The unlabelled tweets and every task's training texts."""
    texts = read_tweets(data)
    for folder in sorted(path for path in data.iterdir() if path.is_dir() and path.name not in LONG_TEXT_TASKS):
        path = find_split(folder, "train")
        if path and is_tagging(path):
            texts += [" ".join(words) for words, _ in read_tagging(path)]
        elif path:
            texts += [text for text, _ in read_classification(path)]
    return texts[:limit]
