"""The choice between the models of a round."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path


from bertweet.data.files import read_classification, read_entries
from bertweet.data.tasks import Task, encode, load_task
from bertweet.data.tokenizer import MAX_TOKENS, fastbpe_encoding, load_tokenizer
from bertweet.model.encoder import set_quantized
from bertweet.model.finished import save_finished
from bertweet.model.multitask import MultiTaskModel, predict, score
from bertweet.model.smoothing import feel_smoothing
from bertweet.training.averaging import mean_of, read_model

RECENT = "dev-recent.jsonl"


def recent_dev(task: Task, path: Path, encoding, limit: int | None) -> Task:
    """The task with the texts of `path` as its dev set."""
    number_of = {label: number for number, label in enumerate(task.labels)}
    examples = encode(read_classification(path)[:limit], False, encoding, number_of, MAX_TOKENS)
    return replace(task, splits={**task.splits, "dev": examples})


def figures_of(model: MultiTaskModel, tasks: list[Task], recent: dict[str, Task]) -> dict[str, float]:
    """The metric of each task on dev, and of those in `recent` the mean over both dev sets."""
    figures = {}
    for task in tasks:
        devs = [each.splits["dev"] for each in (task, recent.get(task.name)) if each]
        figures[task.name] = sum(score(task, dev, predict(model, task, dev)) for dev in devs) / len(devs)
    return figures


def choose(args: Namespace) -> None:
    """Runs choose.py with its options."""
    entries, encoding = read_entries(args.tasks), fastbpe_encoding(load_tokenizer(args.bundle))
    tasks = [load_task(name, entry, args.data, encoding, args.limit) for name, entry in entries.items()]
    recent = {
        task.name: recent_dev(task, args.data / folder / RECENT, encoding, args.limit)
        for folder in args.also
        for task in tasks
        if entries[task.name]["folder"] == folder
    }
    before, learned = read_model(args.before, tasks), read_model(args.learned, tasks)
    candidates = {"before": before, "learned": learned, "mean": mean_of([(before, 1), (learned, 1)], tasks)}
    best, best_figure = "", -1.0
    for name, model in candidates.items():
        feel_smoothing(model.encoder, tasks[0])
        set_quantized(model.encoder, True)
        figures = figures_of(model, tasks, recent)
        mean = sum(figures.values()) / len(figures)
        print(f"{name:8} mean {mean:.4f}  " + "  ".join(f"{task} {figure:.4f}" for task, figure in figures.items()), flush=True)
        if mean > best_figure:
            best, best_figure = name, mean
    print(f"chosen: {best}", flush=True)
    save_finished(candidates[best], tasks, args.out)
