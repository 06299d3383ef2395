"""Other collections of tweets with sentiment, read in their authors' formats. Needs the standard library only."""

import csv
import html
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

LABELS = {"negative", "neutral", "positive"}
CLEAR_RATING, NEUTRAL_RATING = 1.0, 0.5
SURE = 0.6  # CrowdFlower's confidence
SEED = 1


def read_vader(path: Path) -> Iterator[tuple[str, str]]:
    """Mean ratings from -4 to 4. Skips ratings between neutral and clear. Placeholders for names and links become a name and a link."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        _, rating, text = line.split("\t")
        text = text.replace("@anonymous", "@someone").replace("http://url_removed", "http://t.co/abcdef1234")
        if abs(float(rating)) >= CLEAR_RATING:
            yield text, sign_label(float(rating))
        elif abs(float(rating)) <= NEUTRAL_RATING:
            yield text, "neutral"


def read_apple(path: Path) -> Iterator[tuple[str, str]]:
    """Without tweets that annotators were unsure of."""
    label_of = {"1": "negative", "3": "neutral", "5": "positive"}
    with path.open(encoding="latin-1") as file:
        for row in csv.DictReader(file):
            if float(row["sentiment:confidence"] or 0) >= SURE:
                yield row["text"], label_of.get(row["sentiment"], "")


def read_gop(path: Path) -> Iterator[tuple[str, str]]:
    """Without tweets that annotators were unsure of."""
    with path.open(encoding="utf-8", newline=None) as file:
        for row in csv.DictReader(file):
            if float(row["sentiment:confidence"]) >= SURE:
                yield row["text"].replace("Û_", "…"), row["sentiment"].lower()  # the file's wrong encoding of the `…` of truncated tweets


def read_stance(path: Path) -> Iterator[tuple[str, str]]:
    """Without the hashtag at the end of every tweet."""
    label_of = {"POSITIVE": "positive", "NEGATIVE": "negative", "NEITHER": "neutral"}
    for line in path.read_text(encoding="latin-1").splitlines()[1:]:
        _, _, text, _, _, sentiment = line.split("\t")
        yield text.replace("#SemST", "").strip(), label_of[sentiment]


def read_rivals(path: Path) -> Iterator[tuple[str, str]]:
    """Without the tags around entities and aspects."""
    label_of = {"-1": "negative", "0": "neutral", "1": "positive"}
    for line in path.read_text(encoding="utf-8").strip("\n").split("\n"):
        text, label = line.split("\t")[:2]
        yield re.sub(r"</?[ea]>", "", text).strip(), label_of.get(label, "")


def read_debate(path: Path) -> Iterator[tuple[str, str]]:
    """Only tweets on which most annotators agree."""
    label_of = {"1": "negative", "2": "positive", "4": "neutral"}
    with path.open(encoding="utf-8", newline=None) as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"):
            ratings = [row[name] for name in row if name and name.startswith("rating.") and row[name]]
            rating, count = Counter(ratings).most_common(1)[0]
            if 2 * count > len(ratings):
                yield row["content"], label_of.get(rating, "")


def read_valence(path: Path) -> Iterator[tuple[str, str]]:
    """Without tweets that are only slightly positive or negative."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        _, text, _, intensity = line.split("\t")
        valence = int(intensity.split(":")[0])
        if abs(valence) != 1:
            yield text.replace("\\n", " "), sign_label(valence)


def read_strength(path: Path) -> Iterator[tuple[str, str]]:
    """Each tweet has a positive and a negative strength from 1 to 5. Keeps tweets whose strengths differ by more than 1 or are both 1."""
    for line in path.read_text(encoding="latin-1").splitlines():
        positive, negative, text = line.split("\t", 2)
        if positive == negative == "1" or abs(int(positive) - int(negative)) > 1:
            yield text.strip(), sign_label(int(positive) - int(negative))


def read_health(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            yield row["content"], row["sentiment"]


def read_sanders(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["TweetText"], row["Sentiment"]


def sign_label(number: float) -> str:
    return "positive" if number > 0 else "negative" if number < 0 else "neutral"


READERS = {
    "vader": read_vader,
    "apple": read_apple,
    "gop": read_gop,
    "stance": read_stance,
    "rivals": read_rivals,
    "debate": read_debate,
    "valence": read_valence,
    "strength": read_strength,
    "health": read_health,
    "sanders": read_sanders,
}
MOSTLY_NEGATIVE = {"gop", "stance", "rivals", "health"}


def fewer_negative(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The rows in their order, with only a sample of the negative rows. The sample is as large as the number of other rows."""
    negative = [number for number, (_, label) in enumerate(rows) if label == "negative"]
    left_out = set(random.Random(SEED).sample(negative, max(0, 2 * len(negative) - len(rows))))
    return [row for number, row in enumerate(rows) if number not in left_out]


def read_set(name: str, paths: list[Path]) -> list[tuple[str, str]]:
    """(text, label) of a collection's files, each text once. `name` is one of READERS."""
    labels: dict[str, str] = {}
    for path in paths:
        for text, label in READERS[name](path):
            if label in LABELS:
                labels.setdefault(html.unescape(text), label)
    rows = list(labels.items())
    return fewer_negative(rows) if name in MOSTLY_NEGATIVE else rows
