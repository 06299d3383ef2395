#!/usr/bin/env python3
"""Ask teachers about texts without labels, so that finetune.py can learn from their probabilities (Hinton et al. 2015).

The texts are a sample of the unlabelled tweets and, but for --unlabelled, the tasks' training texts. Each is cut into words by
BERTweet's normalization, so that teachers with another vocabulary answer for the same words. Asked are an earlier multi-task model
and the teachers that teach.py and teach_kernel.py made; where several know a task, the mean of their probabilities counts, weighted
by --own-share. Of the multi-task model alone its answers hold its heads where they are while one of them learns something new.
"""

import argparse
import random
from pathlib import Path

import torch

from bertweet.teachers.answers import Answers, Read, ask
from bertweet.arguments import named_number
from bertweet.data.corpus import read_corpus, read_tweets
from bertweet.data.tokenizer import fastbpe_encoding, load_normalizer, load_tokenizer, map_texts
from bertweet.data.wordpiece import wordpiece_encoding

NORMALIZER = ENCODINGS = None


def start_worker(bundle: Path, encoders: list[Path]) -> None:
    global NORMALIZER, ENCODINGS
    NORMALIZER = load_normalizer()
    ENCODINGS = [fastbpe_encoding(load_tokenizer(bundle)), *(wordpiece_encoding(folder, NORMALIZER) for folder in encoders)]


def encode(text: str) -> list[Read]:
    """The text in the bundle's vocabulary and in those of the teachers, each with the words that fit all."""
    words = NORMALIZER.normalizeTweet(text).split()
    reads = [Read(*encoding.words(words)) for encoding in ENCODINGS]
    fitting = min(len(read.words) for read in reads)
    return [Read(read.ids, read.words[:fitting]) for read in reads]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with tweets.txt.gz and the tasks' folders")
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--teacher", type=Path, action="append", default=[], help="file of teach.py or teach_kernel.py; several times")
    parser.add_argument("--finetuned", type=Path, required=True, help="finetuned.pt of a multi-task model")
    parser.add_argument(
        "--own-share", type=named_number, action="append", default=[], metavar="TASK=SHARE",
        help="of the multi-task model's answers in a task's mean, where each teacher has 1; 1 where nothing is said",
    )
    parser.add_argument("--out", type=Path, required=True, help="file for the answers")
    parser.add_argument("--texts", type=int, default=40_000)
    parser.add_argument("--unlabelled", action="store_true", help="ask about no task's training texts")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    corpus = read_tweets(args.data) if args.unlabelled else read_corpus(args.data, None)
    sample = random.Random(args.seed).sample(corpus, min(args.texts, len(corpus)))
    folders = [Path(torch.load(path, weights_only=True, mmap=True)["folder"]) for path in args.teacher]
    reads = map_texts(sample, start_worker, (args.bundle, folders), encode, "tokenize")
    own, *taught = zip(*(row for row in reads if row[0].words))
    asked = ask(args.finetuned, list(own))
    answers = [ask(path, list(texts)) for path, texts in zip(args.teacher, taught, strict=True)]
    own_share, means = dict(args.own_share), {}
    for name in asked.kinds:
        share = own_share.get(name, 1.0)
        knowing = [answer.probabilities[name].float() for answer in answers if name in answer.kinds]
        if not share and not knowing:
            parser.error(f"no teacher knows {name}")
        means[name] = ((sum(knowing) + share * asked.probabilities[name].float()) / (len(knowing) + share)).half()
    Answers(asked.texts, means, asked.kinds).save(args.out)


if __name__ == "__main__":
    main()
