"""Teachers: models of a few tasks, which predict labels for unlabelled texts."""

import random
from argparse import Namespace

import torch
import torch.nn.functional as F
from tqdm import tqdm

from bertweet.data.files import read_entries
from bertweet.data.tasks import Task, class_weights, load_task, training_batches
from bertweet.data.tokenizer import load_normalizer
from bertweet.data.wordpiece import wordpiece_encoding
from bertweet.errors import Unusable
from bertweet.model.checkpoint import load, save
from bertweet.model.multitask import MultiTaskModel, predict, random_window, score
from bertweet.teachers.hub_encoder import HubEncoder
from bertweet.teachers.minilm import minilm_folder
from bertweet.training.loop import Run, train


def read_tasks(args: Namespace, names: list[str]) -> list[Task]:
    """The named tasks, in the encoder's vocabulary. Raises Unusable for a name that tasks.json lacks."""
    entries, encoding = read_entries(args.tasks), wordpiece_encoding(args.encoder, load_normalizer())
    if unknown := [name for name in names if name not in entries]:
        raise Unusable(f"{args.tasks} has no task {', '.join(unknown)}")
    return [load_task(name, entries[name], args.data, encoding, args.limit) for name in tqdm(names, desc="read tasks")]


def plan_steps(tasks: list[Task], passes: dict[str, float], batch_tokens: int, seed: int) -> list[tuple[Task, list[int]]]:
    """Every batch of the run, as a task and the numbers of its training texts, all tasks mixed."""
    rng = random.Random(seed)
    plan = [(task, batch) for task in tasks for batch in training_batches(task, passes[task.name], batch_tokens, rng)]
    rng.shuffle(plan)
    return plan


def dev_figures(model: MultiTaskModel, tasks: list[Task]) -> str:
    """A line for each task: its metric on dev."""
    figures = ((task, score(task, dev, predict(model, task, dev))) for task in tasks for dev in [task.splits["dev"]])
    return "\n".join(f"{task.name:14} {task.metric:16} dev {figure:.4f}" for task, figure in figures)


def new_teacher(args: Namespace, tasks: list[Task]) -> MultiTaskModel:
    """The encoder with new heads, or with those of `--teacher`. Its first layers are frozen."""
    model = MultiTaskModel(HubEncoder(args.encoder), tasks)
    model.encoder.freeze(args.frozen_layers)
    if args.teacher:
        model.load_weights(load(args.teacher, "teacher"))
    return model


def teach(args: Namespace) -> None:
    """Runs teach.py with its options."""
    torch.manual_seed(args.seed)
    args.encoder = args.encoder or minilm_folder()
    passes = dict(args.task)
    tasks = read_tasks(args, list(passes))
    weights = {task.name: class_weights(task, args.balance) for task in tasks}
    model = new_teacher(args, tasks)
    plan = plan_steps(tasks, passes, args.batch_tokens, args.seed)

    def loss_of(step: int) -> torch.Tensor:
        (task, texts), rng = plan[step], random.Random(f"{args.seed} {step}")
        examples = [random_window(task.splits["train"][text], rng) for text in texts]
        gold = torch.tensor([label for example in examples for label in example.gold])
        return F.cross_entropy(model.logits_of(task, examples), gold, weight=weights[task.name])

    layers = [parameter for parameter in model.encoder.parameters() if parameter.requires_grad]
    groups = [
        {"params": list(model.heads.parameters()), "lr": args.head_learning_rate},
        {"params": layers, "lr": args.learning_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    run = Run("teach", len(plan), args.out.with_suffix(".checkpoint"), args.save_minutes)
    train(run, model, optimizer, loss_of, lambda: dev_figures(model, tasks))
    heads = {task.name: {"kind": task.kind, "labels": task.labels, **model.heads[task.name].state_dict()} for task in tasks}
    save(args.out, "teacher", {"folder": str(args.encoder.resolve()), "encoder": model.encoder.state_dict(), "heads": heads})
    run.checkpoint.unlink(missing_ok=True)
    print(dev_figures(model, tasks), flush=True)
