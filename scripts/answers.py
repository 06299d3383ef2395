#!/usr/bin/env python3
"""Ask teachers about texts without labels, so that finetune.py can learn from their probabilities (Hinton et al. 2015).

The texts are a sample of the unlabelled tweets and the tasks' training texts. Each is cut into words by BERTweet's normalization, so
that teachers with another vocabulary answer for the same words. Asked are the single-task models that teach.py made and an
earlier multi-task model; where both know a task, the mean of their probabilities counts.
"""

import argparse
import random
from pathlib import Path

import torch

from mini.answered import Answers, Read, ask
from mini.corpus import read_corpus
from mini.minilm import wordpiece_encoding
from mini.text import fastbpe_encoding, load_normalizer, load_tokenizer, map_texts

NORMALIZER = ENCODINGS = None


def start_worker(bundle: Path) -> None:
    global NORMALIZER, ENCODINGS
    NORMALIZER = load_normalizer()
    ENCODINGS = fastbpe_encoding(load_tokenizer(bundle)), wordpiece_encoding(NORMALIZER)


def encode(text: str) -> tuple[Read, Read]:
    """The text in the bundle's vocabulary and in the teachers', each with the words that fit both."""
    words = NORMALIZER.normalizeTweet(text).split()
    reads = [Read(*encoding.words(words)) for encoding in ENCODINGS]
    fitting = min(len(read.words) for read in reads)
    own, taught = (Read(read.ids, read.words[:fitting]) for read in reads)
    return own, taught


def mean_of(answers: list[Answers]) -> Answers:
    kinds = {name: kind for answer in answers for name, kind in answer.kinds.items()}
    known = {name: [answer.probabilities[name] for answer in answers if name in answer.kinds] for name in kinds}
    return Answers(answers[0].texts, {name: torch.stack(given).float().mean(0).half() for name, given in known.items()}, kinds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with tweets.txt.gz and the tasks' folders")
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--teachers", type=Path, required=True, help="folder that teach.py wrote")
    parser.add_argument("--finetuned", type=Path, required=True, help="finetuned.pt of a multi-task model")
    parser.add_argument("--out", type=Path, required=True, help="file for the answers")
    parser.add_argument("--texts", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    corpus = read_corpus(args.data, None)
    sample = random.Random(args.seed).sample(corpus, min(args.texts, len(corpus)))
    reads = map_texts(sample, start_worker, (args.bundle,), encode, "tokenize")
    reads = [(own, taught) for own, taught in reads if own.words]
    own, taught = [pair[0] for pair in reads], [pair[1] for pair in reads]
    teachers = sorted(args.teachers.rglob("*.pt"))
    mean_of([ask(args.finetuned, own), *(ask(path, taught) for path in teachers)]).save(args.out)


if __name__ == "__main__":
    main()
