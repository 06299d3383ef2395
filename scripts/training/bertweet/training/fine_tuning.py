"""Fine-tuning on all tasks at once, with int8 rounding at the end."""

import random
from argparse import Namespace
from multiprocessing import Pool
from pathlib import Path

import torch
import torch.nn.functional as F
from tqdm import tqdm

from bertweet.data.files import read_entries
from bertweet.data.tasks import Example, Task, class_weights, load_task
from bertweet.data.tokenizer import fastbpe_encoding, load_tokenizer
from bertweet.model.checkpoint import load
from bertweet.model.encoder import Encoder, Shape, set_dropout, set_quantized
from bertweet.model.finished import save_finished
from bertweet.model.multitask import MultiTaskModel, predict, random_window, score
from bertweet.model.smoothing import feel_smoothing
from bertweet.teachers.answers import Answers, divergence, first_words, load_answers
from bertweet.training.loop import Run, train
from bertweet.training.plan import plan_steps

GLANCE_TEXTS = 1000  # number of texts of each dev set that are measured at a checkpoint


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir()) if folder.is_dir() else 0


def read_tasks(args: Namespace) -> list[Task]:
    """Reads every task of tasks.json on all cores. The largest task is first."""
    entries, encoding = read_entries(args.tasks), fastbpe_encoding(load_tokenizer(args.bundle))
    largest_first = sorted(entries, key=lambda name: -folder_bytes(args.data / entries[name]["folder"]))
    with Pool() as pool:
        reads = {
            name: pool.apply_async(load_task, (name, entries[name], args.data, encoding, args.limit))
            for name in largest_first
        }
        return [reads[name].get() for name in tqdm(entries, desc="read tasks")]


def load_model(path: Path, tasks: list[Task]) -> MultiTaskModel:
    """A model with a head for each task. Encoder and heads come from the file. Missing heads are new."""
    saved = load(path, "model")
    model = MultiTaskModel(Encoder(Shape(**saved["shape"])), tasks)
    model.load_weights(saved)
    model.encoder.words.weight.requires_grad_(False)
    return model


def disagreement(model: MultiTaskModel, task: Task, examples: list[Example], int8_logits: torch.Tensor) -> torch.Tensor:
    """Kullback-Leibler divergence of the int8 answers from the answers of the same weights without rounding."""
    set_quantized(model.encoder, False)
    with torch.no_grad():
        wanted = model.logits_of(task, examples).log_softmax(-1)
    set_quantized(model.encoder, True)
    return F.kl_div(int8_logits.log_softmax(-1), wanted, log_target=True, reduction="batchmean")


class FineTuning:
    """The loss of each step of the plan."""

    def __init__(self, model: MultiTaskModel, tasks: list[Task], answers: Answers | None, mask_id: int, args: Namespace):
        self.model, self.tasks, self.answers, self.mask_id, self.args = model, tasks, answers, mask_id, args
        self.task_of = {task.name: task for task in tasks}
        self.weights = {task.name: class_weights(task, args.balance) for task in tasks}
        self.starts = first_words(answers.texts) if answers else []
        self.plan = plan_steps(tasks, answers, args)
        self.int8_from = args.quantize_from * len(self.plan)
        self.int8 = False

    def start_int8(self) -> None:
        """Starts rounding to int8. Switches dropout off, so that `disagreement` measures the rounding only."""
        self.int8 = True
        feel_smoothing(self.model.encoder, self.tasks[0])
        set_dropout(self.model.encoder, 0.0)
        self.model.dropout.p = 0.0
        self.model.train()

    def loss(self, number: int) -> torch.Tensor | None:
        """The loss of a step, or None if no piece was masked by chance."""
        step = self.plan[number]
        if not self.int8 and number >= self.int8_from:
            self.start_int8()
        set_quantized(self.model.encoder, self.int8)
        if step.kind == "answered":
            return divergence(self.model, self.answers, self.starts, step.texts, dict(self.args.answer_weight))
        task, rng = self.task_of[step.task], random.Random(f"{self.args.seed} {number}")
        examples = [random_window(task.splits["train"][text], rng) for text in step.texts]
        if step.kind == "masked":
            return self.model.masked_loss(examples, self.mask_id, torch.Generator().manual_seed(number))
        return self.labelled_loss(task, examples)

    def labelled_loss(self, task: Task, examples: list[Example]) -> torch.Tensor:
        gold = torch.tensor([label for example in examples for label in example.gold])
        logits = self.model.logits_of(task, examples)
        loss = F.cross_entropy(logits, gold, weight=self.weights[task.name])
        return loss + self.args.agreement * disagreement(self.model, task, examples, logits) if self.int8 else loss

    def report(self) -> str:
        """Each task's metric on the first GLANCE_TEXTS of its dev set."""
        figures = []
        for task in self.tasks:
            dev = task.splits["dev"][:GLANCE_TEXTS]
            figures.append(f"{task.name} {score(task, dev, predict(self.model, task, dev)):.4f}")
        return "  ".join(figures)


def fine_tune(args: Namespace) -> None:
    """Runs finetune.py with its options."""
    torch.manual_seed(args.seed)
    tasks = read_tasks(args)
    model = load_model(args.pretrained, tasks)
    answers = load_answers(args.answers) if args.answers else None
    tuning = FineTuning(model, tasks, answers, load_tokenizer(args.bundle).mask_token_id, args)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=args.learning_rate, weight_decay=0.01, fused=True)
    args.out.mkdir(parents=True, exist_ok=True)
    run = Run("finetune", len(tuning.plan), args.out / "finetune-checkpoint.pt", args.save_minutes)
    train(run, model, optimizer, tuning.loss, tuning.report)
    save_finished(model, tasks, args.out / "finetuned.pt")
    run.checkpoint.unlink(missing_ok=True)
