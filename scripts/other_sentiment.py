#!/usr/bin/env python3
"""Bring other people's tweets with sentiment into the labels negative, neutral and positive: `{"text","label"}` JSON lines.

Each set in its authors' format. `vader`: tweets_GroundTruth.txt of Hutto and Gilbert 2014, mean ratings from -4 to 4, of which those between
clear and neutral are left out. `apple`: CrowdFlower's Apple-Twitter-Sentiment-DFE.csv of December 2014, without what annotators
were unsure of. Doubles are left out. The removed names and links of `vader` are put back as a name and a link.
"""

import argparse
import csv
import html
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mini.data import write_classification

LABELS = {"negative", "neutral", "positive"}
CLEAR_RATING, NEUTRAL_RATING = 1.0, 0.5
SURE = 0.6  # CrowdFlower's confidence


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


READERS = {"vader": read_vader, "apple": read_apple}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=READERS)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    labels: dict[str, str] = {}
    for text, label in READERS[args.set](args.file):
        if label in LABELS:
            labels.setdefault(html.unescape(text), label)
    write_classification(args.out, list(labels.items()))
    print(f"{len(labels)} tweets: {', '.join(f'{count} {label}' for label, count in sorted(Counter(labels.values()).items()))}")


if __name__ == "__main__":
    main()
