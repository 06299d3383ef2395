"""Lets a model and its teachers label texts, and computes the mean of their answers."""

import random
from argparse import Namespace
from pathlib import Path

from bertweet.data.corpus import read_corpus
from bertweet.data.files import read_entries
from bertweet.data.tokenizer import fastbpe_encoding, load_normalizer, load_tokenizer, map_texts
from bertweet.data.wordpiece import wordpiece_encoding
from bertweet.errors import Unusable
from bertweet.model.checkpoint import load
from bertweet.teachers.answers import Answers, Read, ask

NORMALIZER = ENCODINGS = None


def start_worker(bundle: Path, encoders: list[Path]) -> None:
    global NORMALIZER, ENCODINGS
    NORMALIZER = load_normalizer()
    ENCODINGS = [fastbpe_encoding(load_tokenizer(bundle)), *(wordpiece_encoding(folder, NORMALIZER) for folder in encoders)]


def encode(text: str) -> list[Read]:
    """The text in the model's vocabulary and in each teacher's, truncated to the words that fit all of them."""
    words = NORMALIZER.normalizeTweet(text).split()
    reads = [Read(*encoding.words(words)) for encoding in ENCODINGS]
    fitting = min(len(read.words) for read in reads)
    return [Read(read.ids, read.words[:fitting]) for read in reads]


def mean_answers(own: Answers, taught: list[Answers], own_share: dict[str, float]) -> Answers:
    """For each task, the weighted mean of all models that have it. A teacher has weight 1. The model has weight `own_share`, or 1.

    Raises Unusable if the model's weight is 0 and no teacher has the task.
    """
    means = {}
    for name in own.kinds:
        share = own_share.get(name, 1.0)
        knowing = [answers.probabilities[name].float() for answers in taught if name in answers.kinds]
        if not share and not knowing:
            raise Unusable(f"no teacher knows {name}")
        means[name] = ((sum(knowing) + share * own.probabilities[name].float()) / (len(knowing) + share)).half()
    return Answers(own.texts, means, own.kinds)


def ask_all(args: Namespace) -> None:
    """Runs answers.py with its options."""
    corpus = read_corpus(args.data, read_entries(args.tasks), None)
    sample = random.Random(args.seed).sample(corpus, min(args.texts, len(corpus)))
    folders = [Path(load(path, "teacher")["folder"]) for path in args.teacher]
    reads = map_texts(sample, start_worker, (args.bundle, folders), encode, "tokenize")
    own, *taught = zip(*(row for row in reads if row[0].words))
    of_model = ask(args.finetuned, list(own))
    of_teachers = [ask(path, list(texts)) for path, texts in zip(args.teacher, taught, strict=True)]
    mean_answers(of_model, of_teachers, dict(args.own_share)).save(args.out)
