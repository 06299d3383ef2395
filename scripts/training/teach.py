#!/usr/bin/env python3
"""Fine-tune an encoder of the Hugging Face Hub, with its own WordPiece vocabulary, on one or more tasks: a teacher that answers.py asks.

Each batch holds one task, and the tasks' batches are mixed. The embeddings stay as they are. `--out` is written at the
end, with the tasks' dev figures printed; a run that was cut off goes on from its last checkpoint, which lies beside it.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from tqdm import tqdm

from bertweet.arguments import named_number, teacher_parser
from bertweet.model.checkpoint import resume, save_checkpoint
from bertweet.model.encoder import linear_warmup_decay
from bertweet.model.multitask import MultiTaskModel, predict, random_window, score
from bertweet.data.tasks import Task, class_weights, load_task, training_batches
from bertweet.teachers.hub_encoder import HubEncoder
from bertweet.data.tokenizer import load_normalizer
from bertweet.data.wordpiece import wordpiece_encoding


def plan_steps(tasks: list[Task], passes: dict[str, float], args: argparse.Namespace) -> list[tuple[Task, list[int]]]:
    """Every batch of the run, as a task and numbers of its training texts."""
    rng = random.Random(args.seed)
    plan = [(task, batch) for task in tasks for batch in training_batches(task, passes[task.name], args.batch_tokens, rng)]
    rng.shuffle(plan)
    return plan


def main() -> None:
    parser = teacher_parser(__doc__)
    parser.add_argument("--frozen-layers", type=int, default=0, help="the first N layers stay as they are")
    parser.add_argument(
        "--task", type=named_number, action="append", required=True, metavar="NAME=PASSES",
        help="a task and how often to pass over its texts; may be given several times",
    )
    parser.add_argument("--balance", type=float, default=0.5, help="class weights are frequency to the power of minus this")
    parser.add_argument("--learning-rate", type=float, default=1e-4, help="of the encoder")
    parser.add_argument("--head-learning-rate", type=float, default=1e-3, help="of the heads, which are new")
    parser.add_argument("--teacher", type=Path, help="go on from this teacher of the same encoder; heads of its own tasks too")
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--limit", type=int, help="use only the first N texts of each split (smoke run)")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)

    # Data
    entries, encoding = json.loads(args.tasks.read_text(encoding="utf-8")), wordpiece_encoding(args.encoder, load_normalizer())
    passes = dict(args.task)
    tasks = [load_task(name, entries[name], args.data, encoding, args.limit) for name in tqdm(passes, desc="read tasks")]
    weights = {task.name: class_weights(task, args.balance) for task in tasks}

    # Model
    model = MultiTaskModel(HubEncoder(args.encoder), tasks)
    model.encoder.freeze(args.frozen_layers)
    if args.teacher:
        model.load_pretrained(torch.load(args.teacher, weights_only=True))
    heads, layers = list(model.heads.parameters()), [part for part in model.encoder.parameters() if part.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": heads, "lr": args.head_learning_rate}, {"params": layers, "lr": args.learning_rate}],
        weight_decay=0.01, fused=True,
    )
    plan = plan_steps(tasks, passes, args)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: linear_warmup_decay(step, len(plan)))
    checkpoint = args.out.with_suffix(".checkpoint")
    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    start = resume(checkpoint, parts)

    # Training
    model.train()
    saved_at = time.monotonic()
    for number in tqdm(range(start, len(plan)), initial=start, total=len(plan), desc="teach", mininterval=10):
        (task, texts), rng = plan[number], random.Random(f"{args.seed} {number}")
        examples = [random_window(task.splits["train"][i], rng) for i in texts]
        gold = torch.tensor([label for example in examples for label in example.gold])
        loss = F.cross_entropy(model.logits_of(task, examples), gold, weight=weights[task.name])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*heads, *layers], 1.0)
        optimizer.step()
        schedule.step()
        if time.monotonic() - saved_at > args.save_minutes * 60:
            save_checkpoint(checkpoint, parts, number + 1)
            saved_at = time.monotonic()

    written = {task.name: {"kind": task.kind, "labels": task.labels, **model.heads[task.name].state_dict()} for task in tasks}
    torch.save({"folder": str(args.encoder), "encoder": model.encoder.state_dict(), "heads": written}, args.out)
    checkpoint.unlink(missing_ok=True)
    for task in tasks:
        dev = task.splits["dev"]
        print(f"{task.name:14} {task.metric:16} dev {score(task, dev, predict(model, task, dev)):.4f}", flush=True)


if __name__ == "__main__":
    main()
