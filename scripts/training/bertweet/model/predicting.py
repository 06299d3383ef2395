"""A model's answers in PyTorch, fp32, line by line."""

import json
import sys
from argparse import Namespace

import torch
from tqdm import tqdm
from transformers.models.bertweet.tokenization_bertweet import BertweetTokenizer

from bertweet.data.tasks import MAX_WINDOWED_TOKENS, Example, Task
from bertweet.data.tokenizer import MAX_TOKENS, encode_text, encode_words, load_tokenizer
from bertweet.errors import Unusable
from bertweet.model.bio import best_labels
from bertweet.model.checkpoint import load
from bertweet.model.encoder import Encoder, Shape
from bertweet.model.multitask import FILL_MASK, MultiTaskModel, predict

TEXTS_AT_ONCE = 512


def load_model(checkpoint: dict) -> tuple[MultiTaskModel, dict[str, Task]]:
    """The encoder with every head but fill-mask's, and the tasks by name."""
    heads = {name: head for name, head in checkpoint["heads"].items() if name != FILL_MASK}
    tasks = {
        name: Task(name, head["kind"], head["labels"], "", head["description"], head["data"], 1.0, {})
        for name, head in heads.items()
    }
    model = MultiTaskModel(Encoder(Shape(**checkpoint["shape"])), list(tasks.values()))
    model.load_weights(checkpoint)
    return model, tasks


def read_input(given: dict, tokenizer: BertweetTokenizer, max_tokens: int) -> Example:
    """`{"text"}` or `{"tokens"}` as the model reads it."""
    if "tokens" in given:
        return Example(*encode_words(tokenizer, given["tokens"]), [])
    return Example(encode_text(tokenizer, given["text"], max_tokens), [0], [])


def labels_of(logits: torch.Tensor, task: Task, temperature: float) -> list[dict]:
    """The label of each read position, and the calibrated probabilities of all labels. `logits` is [read positions, labels]."""
    probabilities = (logits / temperature).softmax(-1).tolist()
    return [
        {"label": task.labels[number], "probabilities": dict(zip(task.labels, row, strict=True))}
        for number, row in zip(best_labels(logits, task.labels), probabilities, strict=True)
    ]


def predict_lines(args: Namespace) -> None:
    """Runs predict.py with its options."""
    saved = load(args.checkpoint, "model")
    model, tasks = load_model(saved)
    tokenizer = load_tokenizer(args.tokenizer)
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["task"] not in tasks:
            raise Unusable(f"the checkpoint has no task {asked['task']}")
        task, inputs = tasks[asked["task"]], asked["inputs"]
        max_tokens = MAX_WINDOWED_TOKENS if asked["windows"] else MAX_TOKENS
        answers = []
        for start in tqdm(range(0, len(inputs), TEXTS_AT_ONCE), desc=f"PyTorch {task.name}", mininterval=5):
            examples = [read_input(given, tokenizer, max_tokens) for given in inputs[start : start + TEXTS_AT_ONCE]]
            for logits in predict(model, task, examples):
                answers.append(labels_of(logits, task, saved["heads"][task.name]["temperature"]))
        print(json.dumps(answers), flush=True)
