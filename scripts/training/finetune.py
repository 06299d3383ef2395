#!/usr/bin/env python3
"""Fine-tune the encoder on every task at once, one linear head a task, and write `finetuned.pt`.

Each batch holds one task. A task of n texts is passed over `epochs * (largest / n) ** (1 - temper)` times, `--max-passes` at
most, so that small tasks are seen often without drowning in the large ones. Of a text longer than the encoder each pass
reads one window. Masked-language-model batches in between keep fill-mask fitting to the encoder, and the embedding table,
which that task needs as it is, stays fixed. With `--answers` there are batches of texts without labels too: the loss is how far
all heads are from the probabilities that answers.py got from teachers. Towards the end the encoder's matrices are rounded to
int8 as the service will run them. Dev picks; test is never opened. Each classification head gets a temperature fitted on dev. A
run that was cut off goes on from its last checkpoint.
"""

import argparse
import json
import random
import time
from dataclasses import dataclass, replace
from multiprocessing import Pool
from pathlib import Path
from typing import Literal

import torch
import torch.nn.functional as F
from tqdm import tqdm

from bertweet.teachers.answers import Answers, divergence, first_words, load_answers
from bertweet.arguments import TASKS, named_number
from bertweet.data.batches import batches_by_length
from bertweet.model.checkpoint import resume, save_checkpoint
from bertweet.model.encoder import Encoder, Shape, linear_warmup_decay, set_dropout, set_quantized
from bertweet.model.finished import save_finished
from bertweet.model.multitask import MultiTaskModel, predict, random_window, score
from bertweet.model.smoothing import feel_smoothing
from bertweet.data.tasks import Example, Task, class_weights, load_task, training_batches
from bertweet.data.tokenizer import fastbpe_encoding, load_tokenizer

GLANCE_TEXTS = 1000


@dataclass(frozen=True)
class Step:
    """A batch by its texts' numbers: of one task's training texts, learned with their labels or masked, or of answered texts."""

    kind: Literal["labelled", "masked", "answered"]
    task: str | None
    texts: list[int]


def plan_steps(tasks: list[Task], answers: Answers | None, args: argparse.Namespace) -> list[Step]:
    """Every step of the run, all tasks mixed."""
    largest = max(len(task.splits["train"]) for task in tasks)
    plan = []
    for task in tasks:
        share = largest / len(task.splits["train"])
        passes = dict(args.effort).get(task.name, task.effort) * min(args.max_passes, args.epochs * share ** (1 - args.temper))
        batches = training_batches(task, passes, args.batch_tokens, random.Random(f"{args.seed} {task.name}"))
        plan += [Step("labelled", task.name, batch) for batch in batches]
    rng = random.Random(args.seed)
    texts = [step for step in plan if step.task in {task.name for task in tasks if task.kind == "classification"}]
    plan += [replace(step, kind="masked") for step in rng.choices(texts or plan, k=round(args.fill_mask * len(plan)))]
    if answers:
        lengths = [len(text.ids) for text in answers.texts]
        for _ in range(args.answer_passes):
            plan += [Step("answered", None, batch) for batch in batches_by_length(lengths, args.batch_tokens, rng)]
    rng.shuffle(plan)
    return plan


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def disagreement(model: MultiTaskModel, task: Task, examples: list[Example], int8_logits: torch.Tensor) -> torch.Tensor:
    """Kullback-Leibler divergence of the int8 answers from those that the same weights give unrounded."""
    set_quantized(model.encoder, False)
    with torch.no_grad():
        wanted = model.logits_of(task, examples).log_softmax(-1)
    set_quantized(model.encoder, True)
    return F.kl_div(int8_logits.log_softmax(-1), wanted, log_target=True, reduction="batchmean")


def evaluate_on_dev(model: MultiTaskModel, tasks: list[Task]) -> str:
    """Each task's metric on the first GLANCE_TEXTS of its dev set."""
    figures = []
    for task in tasks:
        dev = task.splits["dev"][:GLANCE_TEXTS]
        figures.append(f"{task.name} {score(task, dev, predict(model, task, dev)):.4f}")
    return "  ".join(figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with a folder for each task")
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument(
        "--pretrained", type=Path, required=True,
        help="pretrained.pt, the checkpoint of a run that was cut short, or a finetuned.pt to go on from",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and finetuned.pt")
    parser.add_argument("--tasks", type=Path, default=TASKS, help="names, folders, metrics")
    parser.add_argument("--epochs", type=float, default=2, help="passes over the largest task")
    parser.add_argument("--temper", type=float, default=0.5, help="0: all tasks equally often, 1: by their size")
    parser.add_argument("--max-passes", type=float, default=16)
    parser.add_argument(
        "--effort", type=named_number, action="append", default=[], metavar="TASK=NUMBER",
        help="instead of the task's in tasks.json; may be given several times",
    )
    parser.add_argument(
        "--borrowed", action="append", default=[], metavar="TASK",
        help="learn its labels from the training sets that it borrows, not from its own; may be given several times",
    )
    parser.add_argument("--fill-mask", type=float, default=0.06, help="masked-language-model steps, as a share of the others")
    parser.add_argument("--answers", type=Path, action="append", help="what answers.py wrote; may be given several times")
    parser.add_argument("--answer-passes", type=int, default=2, help="over the answered texts")
    parser.add_argument(
        "--answer-weight", type=named_number, action="append", default=[], metavar="TASK=NUMBER",
        help="of a task's answers in the loss, 1 where nothing is said; may be given several times",
    )
    parser.add_argument("--balance", type=float, default=0.5, help="class weights are frequency to the power of minus this")
    parser.add_argument("--quantize-from", type=float, default=0.85, help="share of the steps after which int8 is felt")
    parser.add_argument("--agreement", type=float, default=1.0, help="weight of int8's divergence from float in the loss")
    parser.add_argument("--learning-rate", type=float, default=1.5e-4)
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--dev-minutes", type=float, default=10, help="between two looks at dev, each with a checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, help="use only the first N texts of each split (smoke run)")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)

    # Data
    tokenizer = load_tokenizer(args.bundle)
    entries = json.loads(args.tasks.read_text(encoding="utf-8"))
    longest_first = sorted(entries, key=lambda name: -folder_bytes(args.data / entries[name]["folder"]))
    with Pool() as pool:
        encoding = fastbpe_encoding(tokenizer)
        reads = {
            name: pool.apply_async(load_task, (name, entries[name], args.data, encoding, args.limit, name in args.borrowed))
            for name in longest_first
        }
        tasks = [reads[name].get() for name in tqdm(entries, desc="read tasks")]
    by_name = {task.name: task for task in tasks}
    weights = {task.name: class_weights(task, args.balance) for task in tasks}

    # Model
    given = torch.load(args.pretrained, weights_only=True)
    encoder = Encoder(Shape(**given["shape"]))
    model = MultiTaskModel(encoder, tasks)
    model.load_pretrained(given)
    encoder.words.weight.requires_grad_(False)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=args.learning_rate, weight_decay=0.01, fused=True)
    answers = load_answers(args.answers) if args.answers else None
    starts = first_words(answers.texts) if answers else []
    plan = plan_steps(tasks, answers, args)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: linear_warmup_decay(step, len(plan)))
    checkpoint, parts = args.out / "finetune-checkpoint.pt", {"model": model, "optimizer": optimizer, "schedule": schedule}
    start = resume(checkpoint, parts)

    # Training
    model.train()
    int8, looked_at = False, time.monotonic()
    for number in tqdm(range(start, len(plan)), initial=start, total=len(plan), desc="finetune", mininterval=10):
        step, rng = plan[number], random.Random(f"{args.seed} {number}")
        if not int8 and number >= args.quantize_from * len(plan):
            int8 = True
            feel_smoothing(encoder, tasks[0])
            set_dropout(encoder, 0.0)  # so that int8 is all that the two passes differ in
            model.dropout.p = 0.0
            model.train()
        set_quantized(encoder, int8)
        if step.kind == "answered":
            loss = divergence(model, answers, starts, step.texts, dict(args.answer_weight))
        else:
            task = by_name[step.task]
            examples = [random_window(task.splits["train"][i], rng) for i in step.texts]
        if step.kind == "masked":
            loss = model.masked_loss(examples, tokenizer.mask_token_id, torch.Generator().manual_seed(number))
        elif step.kind == "labelled":
            gold = torch.tensor([label for example in examples for label in example.gold])
            logits = model.logits_of(task, examples)
            loss = F.cross_entropy(logits, gold, weight=weights[task.name])
            if int8:
                loss = loss + args.agreement * disagreement(model, task, examples, logits)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        if time.monotonic() - looked_at > args.dev_minutes * 60:
            save_checkpoint(checkpoint, parts, number + 1)
            print(f"\nstep {number + 1}: {evaluate_on_dev(model, tasks)}", flush=True)
            looked_at = time.monotonic()

    save_finished(model, tasks, args.out / "finetuned.pt")


if __name__ == "__main__":
    main()
