#!/usr/bin/env python3
"""Fine-tune MiniLM, with its own WordPiece vocabulary, on one task after another: the teachers that answers.py asks.

A teacher passes over a task of n texts `epochs * (largest / n) ** 0.5` times. Each is written to `TASK.pt` in `--out` when it is
done, with its dev figure printed; a run that was cut off goes on with the first task that has none.
"""

import argparse
import json
import random
from pathlib import Path

import torch
import torch.nn.functional as F
from tqdm import tqdm

from mini.batches import batches_by_length
from mini.encoder import linear_warmup_decay
from mini.minilm import load_minilm, wordpiece_encoding
from mini.multitask import MultiTaskModel, predict, random_window, score
from mini.tasks import Task, class_weights, load_task
from mini.text import load_normalizer

LARGEST = 50_000  # about the size of the largest task


def plan_steps(task: Task, args: argparse.Namespace) -> list[list[int]]:
    """The batches of every pass, as numbers of training texts."""
    lengths = [len(example.ids) for example in task.splits["train"]]
    wanted, rng, plan = args.epochs * (LARGEST / len(lengths)) ** 0.5 * len(lengths), random.Random(args.seed), []
    while wanted > 0:
        for batch in batches_by_length(lengths, args.batch_tokens, rng):
            if wanted > 0:
                plan.append(batch)
                wanted -= len(batch)
    return plan


def teach(task: Task, args: argparse.Namespace) -> MultiTaskModel:
    torch.manual_seed(args.seed)
    model = MultiTaskModel(load_minilm(dropout=0.1), [task])
    model.encoder.words.weight.requires_grad_(False)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=args.learning_rate, weight_decay=0.01, fused=True)
    plan, weights = plan_steps(task, args), class_weights(task, args.balance)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: linear_warmup_decay(step, len(plan)))
    model.train()
    for number, batch in enumerate(tqdm(plan, desc=task.name, mininterval=10)):
        rng = random.Random(f"{args.seed} {number}")
        examples = [random_window(task.splits["train"][i], rng) for i in batch]
        gold = torch.tensor([label for example in examples for label in example.gold])
        loss = F.cross_entropy(model.logits_of(task, examples), gold, weight=weights)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with a folder for each task")
    parser.add_argument("--out", type=Path, required=True, help="folder for the teachers")
    parser.add_argument("--tasks", type=Path, default=Path(__file__).with_name("tasks.json"), help="names, folders, metrics")
    parser.add_argument("--task", action="append", help="only this task; may be given several times")
    parser.add_argument("--epochs", type=float, default=2, help="passes over a task of 50,000 texts")
    parser.add_argument("--balance", type=float, default=0.5, help="class weights are frequency to the power of minus this")
    parser.add_argument("--learning-rate", type=float, default=1e-4)
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, help="use only the first N texts of each split (smoke run)")
    args = parser.parse_args()

    entries, encoding = json.loads(args.tasks.read_text(encoding="utf-8")), wordpiece_encoding(load_normalizer())
    for name in args.task or entries:
        path = args.out / f"{name}.pt"
        if path.exists():
            print(f"{path} is there already")
            continue
        task = load_task(name, entries[name], args.data, encoding, args.limit)
        model = teach(task, args)
        dev = task.splits["dev"]
        print(f"{name:14} {task.metric:16} dev {score(task, dev, predict(model, task, dev)):.4f}", flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        head = {"kind": task.kind, "labels": task.labels, **model.heads[name].state_dict()}
        shape = model.encoder.shape.as_dict()
        torch.save({"shape": shape, "encoder": model.encoder.state_dict(), "heads": {name: head}}, path)


if __name__ == "__main__":
    main()
