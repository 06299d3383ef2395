#!/usr/bin/env python3
"""Bring other people's tweets with sentiment into the labels negative, neutral and positive: `{"text","label"}` JSON lines.

Each set is read in its authors' format:

  vader     tweets_GroundTruth.txt, Hutto and Gilbert 2014
  apple     Apple-Twitter-Sentiment-DFE.csv, CrowdFlower, December 2014
  gop       GOP_REL_ONLY.csv, CrowdFlower, the Republican debate of August 2015
  stance    *-all-annotations.txt of SemEval-2016 Task 6, Mohammad et al. 2016
  debate    debate08_sentiment_tweets.tsv on Obama and McCain, Diakopoulos and Shamma 2010
  valence   Valence-oc-En-train.txt of SemEval-2018 Task 1, Mohammad et al. 2018 (its dev tweets are dev tweets of emotion here)
  strength  twitter4242.txt of SentiStrength, Thelwall et al. 2012
  rivals    Obama_data.txt and Romney_data.txt, University of Illinois at Chicago, October 2012
  health    hcr-train.csv, hcr-dev.csv and hcr-test.csv on the reform of health care, Speriosu et al. 2011
  sanders   full-corpus.csv on four companies, Sanders 2011

Of the negative tweets of gop, stance, rivals and health a sample is kept, as many as there are others. Doubles are left out.
"""

import argparse
import csv
import html
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bertweet.data.files import write_classification

LABELS = {"negative", "neutral", "positive"}
CLEAR_RATING, NEUTRAL_RATING = 1.0, 0.5
SURE = 0.6  # CrowdFlower's confidence
SEED = 1


def read_vader(path: Path) -> Iterator[tuple[str, str]]:
    """Mean ratings from -4 to 4, without those between clear and neutral; removed names and links are put back as a name and a link."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        _, rating, text = line.split("\t")
        text = text.replace("@anonymous", "@someone").replace("http://url_removed", "http://t.co/abcdef1234")
        if abs(float(rating)) >= CLEAR_RATING:
            yield text, sign_label(float(rating))
        elif abs(float(rating)) <= NEUTRAL_RATING:
            yield text, "neutral"


def read_apple(path: Path) -> Iterator[tuple[str, str]]:
    """Without what annotators were unsure of."""
    label_of = {"1": "negative", "3": "neutral", "5": "positive"}
    with path.open(encoding="latin-1") as file:
        for row in csv.DictReader(file):
            if float(row["sentiment:confidence"] or 0) >= SURE:
                yield row["text"], label_of.get(row["sentiment"], "")


def read_gop(path: Path) -> Iterator[tuple[str, str]]:
    """Without what annotators were unsure of."""
    with path.open(encoding="utf-8", newline=None) as file:
        for row in csv.DictReader(file):
            if float(row["sentiment:confidence"]) >= SURE:
                yield row["text"].replace("Û_", "…"), row["sentiment"].lower()  # as the file has the cut tweets' dots


def read_stance(path: Path) -> Iterator[tuple[str, str]]:
    """Without the mark that every tweet ends in."""
    label_of = {"POSITIVE": "positive", "NEGATIVE": "negative", "NEITHER": "neutral"}
    for line in path.read_text(encoding="latin-1").splitlines()[1:]:
        _, _, text, _, _, sentiment = line.split("\t")
        yield text.replace("#SemST", "").strip(), label_of[sentiment]


def read_rivals(path: Path) -> Iterator[tuple[str, str]]:
    """Without the marks of entities and aspects."""
    label_of = {"-1": "negative", "0": "neutral", "1": "positive"}
    for line in path.read_text(encoding="utf-8").strip("\n").split("\n"):
        text, label = line.split("\t")[:2]
        yield re.sub(r"</?[ea]>", "", text).strip(), label_of.get(label, "")


def read_debate(path: Path) -> Iterator[tuple[str, str]]:
    """Where most annotators agree."""
    label_of = {"1": "negative", "2": "positive", "4": "neutral"}
    with path.open(encoding="utf-8", newline=None) as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"):
            ratings = [row[name] for name in row if name and name.startswith("rating.") and row[name]]
            rating, count = Counter(ratings).most_common(1)[0]
            if 2 * count > len(ratings):
                yield row["content"], label_of.get(rating, "")


def read_valence(path: Path) -> Iterator[tuple[str, str]]:
    """Without what is only slightly positive or negative."""
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        _, text, _, intensity = line.split("\t")
        valence = int(intensity.split(":")[0])
        if abs(valence) != 1:
            yield text.replace("\\n", " "), sign_label(valence)


def read_strength(path: Path) -> Iterator[tuple[str, str]]:
    """A positive and a negative strength from 1 to 5: their difference is more than 1, or both are 1."""
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
