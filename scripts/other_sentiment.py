#!/usr/bin/env python3
"""Bring other people's tweets with sentiment into the labels negative, neutral and positive: `{"text","label"}` JSON lines.

Each set in its authors' format. `vader`: tweets_GroundTruth.txt of Hutto and Gilbert 2014, mean ratings from -4 to 4, of which those
between clear and neutral are left out. `apple`: CrowdFlower's Apple-Twitter-Sentiment-DFE.csv of December 2014, without what
annotators were unsure of. `gop`: CrowdFlower's GOP_REL_ONLY.csv on the Republican debate of August 2015, likewise. `stance`: files of
all annotations of SemEval-2016 Task 6 (Mohammad et al. 2016), without its mark `#SemST`. In the latter two most tweets are negative:
of those a sample is kept, as many as there are others. Doubles are left out. The removed names and links of `vader` are put back
as a name and a link.
"""

import argparse
import csv
import html
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mini.data import write_classification

LABELS = {"negative", "neutral", "positive"}
CLEAR_RATING, NEUTRAL_RATING = 1.0, 0.5
SURE = 0.6  # CrowdFlower's confidence
SEED = 1


def read_vader(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        _, rating, text = line.split("\t")
        text = text.replace("@anonymous", "@someone").replace("http://url_removed", "http://t.co/abcdef1234")
        if abs(float(rating)) >= CLEAR_RATING:
            yield text, "positive" if float(rating) > 0 else "negative"
        elif abs(float(rating)) <= NEUTRAL_RATING:
            yield text, "neutral"


def read_apple(path: Path) -> Iterator[tuple[str, str]]:
    label_of = {"1": "negative", "3": "neutral", "5": "positive"}
    with path.open(encoding="latin-1") as file:
        for row in csv.DictReader(file):
            if float(row["sentiment:confidence"] or 0) >= SURE:
                yield row["text"], label_of.get(row["sentiment"], "")


def read_gop(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline=None) as file:
        for row in csv.DictReader(file):
            if float(row["sentiment:confidence"]) >= SURE:
                yield row["text"].replace("Û_", "…"), row["sentiment"].lower()  # as the file has the cut tweets' dots


def read_stance(path: Path) -> Iterator[tuple[str, str]]:
    label_of = {"POSITIVE": "positive", "NEGATIVE": "negative", "NEITHER": "neutral"}
    for line in path.read_text(encoding="latin-1").splitlines()[1:]:
        _, _, text, _, _, sentiment = line.split("\t")
        yield text.replace("#SemST", "").strip(), label_of[sentiment]


READERS = {"vader": read_vader, "apple": read_apple, "gop": read_gop, "stance": read_stance}
MOSTLY_NEGATIVE = {"gop", "stance"}


def fewer_negative(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The rows, of the negative ones a sample of at most as many as there are others, in their order."""
    negative = [number for number, (_, label) in enumerate(rows) if label == "negative"]
    left_out = set(random.Random(SEED).sample(negative, max(0, 2 * len(negative) - len(rows))))
    return [row for number, row in enumerate(rows) if number not in left_out]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=READERS)
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    labels: dict[str, str] = {}
    for text, label in (row for path in args.file for row in READERS[args.set](path)):
        if label in LABELS:
            labels.setdefault(html.unescape(text), label)
    rows = fewer_negative(list(labels.items())) if args.set in MOSTLY_NEGATIVE else list(labels.items())
    write_classification(args.out, rows)
    counts = Counter(label for _, label in rows)
    print(f"{len(rows)} tweets: {', '.join(f'{count} {label}' for label, count in sorted(counts.items()))}")


if __name__ == "__main__":
    main()
