#!/usr/bin/env python3
"""Fit a kernel machine on a frozen encoder's sentence embeddings for one or more classifications: a teacher that answers.py asks.

It can tell texts apart by what they mean as a whole and by nothing else, so it errs on other texts than a fine-tuned encoder, which
learns single words of a small training set by heart; with such embeddings Indurthi et al. came first in SemEval-2019 Task 5.
`--out` is written at the end, with the tasks' dev figures printed.
"""

import json
import random
from dataclasses import asdict

import torch
from tqdm import tqdm

from bertweet.teachers.answers import embed
from bertweet.arguments import teacher_parser
from bertweet.teachers.kernel import fit
from bertweet.model.multitask import random_window, score
from bertweet.data.tasks import load_task
from bertweet.teachers.hub_encoder import HubEncoder
from bertweet.data.tokenizer import load_normalizer
from bertweet.data.wordpiece import wordpiece_encoding


def main() -> None:
    parser = teacher_parser(__doc__)
    parser.add_argument("--task", action="append", required=True, metavar="NAME", help="may be given several times")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)

    # Data
    entries, encoding = json.loads(args.tasks.read_text(encoding="utf-8")), wordpiece_encoding(args.encoder, load_normalizer())
    tasks = [load_task(name, entries[name], args.data, encoding, None) for name in tqdm(args.task, desc="read tasks")]
    for task in tasks:
        if task.kind != "classification":
            parser.error(f"{task.name} is no classification")

    # Machines
    encoder, rng = HubEncoder(args.encoder), random.Random(args.seed)
    machines = {}
    for task in tasks:
        train, dev = ([random_window(example, rng) for example in task.splits[split]] for split in ("train", "dev"))
        gold = torch.tensor([example.gold[0] for example in train])
        of_train, of_dev = (embed(encoder, [example.ids for example in part], task.name) for part in (train, dev))
        machine = fit(of_train, gold, len(task.labels))
        print(f"{task.name:14} {task.metric:16} dev {score(task, dev, list(machine.logits(of_dev).split(1))):.4f}", flush=True)
        machines[task.name] = asdict(machine)
    torch.save({"folder": str(args.encoder), "machines": machines}, args.out)


if __name__ == "__main__":
    main()
