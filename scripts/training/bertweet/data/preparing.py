"""The data of a recipe's run: no unlabelled tweet of a dev or test set, and a second dev set that is held back from training."""

import gzip
import json
import re
import shutil
from argparse import Namespace
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from bertweet.data.corpus import read_corpus, read_tweets
from bertweet.data.files import find_split, is_tagging, read_classification, read_entries, read_tagging, write_classification
from bertweet.data.near_duplicates import NearDuplicates
from bertweet.errors import Unusable

TOKENS_PER_WORD = 1.4  # of a tweet, measured with the published vocabulary


def held_texts(data: Path, entries: dict[str, dict]) -> list[str]:
    """The texts of every dev and test set that is there."""
    texts = []
    for folder in sorted({entry["folder"] for entry in entries.values()}):
        for path in filter(None, (find_split(data / folder, split) for split in ("dev", "test"))):
            texts += [" ".join(words) for words, _ in read_tagging(path)] if is_tagging(path) else [text for text, _ in read_classification(path)]
    return texts


def is_held_back(text: str, pattern: re.Pattern[str], share: float) -> bool:
    """Whether a training text goes to the second dev set: it matches, and its hash is among the lowest `share` of all hashes."""
    return bool(pattern.search(text)) and int(sha256(text.encode()).hexdigest()[:8], 16) < share * 2**32


def hold_back(source: Path, target: Path, pattern: str, share: float) -> tuple[int, int]:
    """Splits a classification's training set. Writes train.jsonl and dev-recent.jsonl. Returns the sizes of both. Raises Unusable if one is empty."""
    path = find_split(source, "train")
    if not path or is_tagging(path):
        raise Unusable(f"{source} has no training set in JSON lines to hold texts back from")
    compiled = re.compile(pattern)
    rows = read_classification(path)
    held = [row for row in rows if is_held_back(row[0], compiled, share)]
    kept = [row for row in rows if not is_held_back(row[0], compiled, share)]
    if not held or not kept:
        raise Unusable(f"{len(held)} of {len(rows)} texts of {path} match {pattern!r}: both parts need texts")
    write_classification(target / "train.jsonl", kept)
    write_classification(target / "dev-recent.jsonl", held)
    return len(kept), len(held)


def prepare(args: Namespace) -> None:
    """Runs prepare_data.py with its options."""
    entries = read_entries(args.tasks)
    for entry in entries.values():  # a collection that DATA lacks is left out
        entry["borrows"] = {folder: ours for folder, ours in entry.get("borrows", {}).items() if find_split(args.data / folder, "train")}
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "tasks.json").write_text(json.dumps(entries, indent=2), encoding="utf-8")
    for folder in sorted({folder for entry in entries.values() for folder in (entry["folder"], *entry["borrows"])}):
        target = args.out / folder
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for split in ("train", "dev"):
            if path := find_split(args.data / folder, split):
                (target / path.name).symlink_to(path.resolve())
    for folder, pattern, share in args.hold_back:
        target = args.out / folder
        for path in target.glob("train.jsonl*"):
            path.unlink()
        kept, held = hold_back(args.data / folder, target, pattern, float(share))
        print(f"{folder}: {kept} texts for training, {held} in dev-recent", flush=True)
    near = NearDuplicates(held_texts(args.data, entries))
    tweets = read_tweets(args.data)[: args.limit]
    kept_tweets = [tweet for tweet in tqdm(tweets, desc="near duplicates", mininterval=10) if not near.has(tweet)]
    with gzip.open(args.out / "tweets.txt.gz", "wt", encoding="utf-8", compresslevel=5) as file:
        file.writelines(f"{tweet}\n" for tweet in kept_tweets)
    print(f"{len(tweets) - len(kept_tweets)} of {len(tweets)} unlabelled tweets are left out: nearly the same as a dev or test text", flush=True)
    words = sum(len(text.split()) for text in read_corpus(args.out, entries, args.limit))
    facts = {"tweets": len(kept_tweets), "tokens": round(words * TOKENS_PER_WORD)}
    (args.out / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
