#!/usr/bin/env python3
"""Answer texts by a checkpoint in PyTorch, fp32.

A line of standard input is `{"task": NAME, "windows": BOOL, "inputs": [{"text": ...} or {"tokens": [...]}, ...]}`; for each, a
line of standard output holds a list for each input, of `{"label", "probabilities"}`: one of a text, one of each token that the
encoder read. `probabilities` holds every label's, calibrated.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from tqdm import tqdm
from transformers.models.bertweet.tokenization_bertweet import BertweetTokenizer

from bertweet.model.bio import best_labels
from bertweet.model.encoder import Encoder, Shape
from bertweet.model.multitask import FILL_MASK, MultiTaskModel, predict
from bertweet.data.tasks import MAX_WINDOWED_TOKENS, Example, Task
from bertweet.data.tokenizer import MAX_TOKENS, encode_text, encode_words, load_tokenizer

TEXTS_AT_ONCE = 512


def load_model(checkpoint: dict) -> tuple[MultiTaskModel, dict[str, Task]]:
    """The encoder with every head but fill-mask's, and the tasks by name."""
    heads = {name: head for name, head in checkpoint["heads"].items() if name != FILL_MASK}
    tasks = {
        name: Task(name, head["kind"], head["labels"], "", head["description"], head["data"], 1.0, {})
        for name, head in heads.items()
    }
    model = MultiTaskModel(Encoder(Shape(**checkpoint["shape"])), list(tasks.values()))
    model.load_pretrained(checkpoint)
    return model, tasks


def read_input(given: dict, tokenizer: BertweetTokenizer, max_tokens: int) -> Example:
    if "tokens" in given:
        return Example(*encode_words(tokenizer, given["tokens"]), [])
    return Example(encode_text(tokenizer, given["text"], max_tokens), [0], [])


def labels_of(logits: torch.Tensor, task: Task, temperature: float) -> list[dict]:
    """What one text was answered: the label of each read position, and the probabilities."""
    probabilities = (logits / temperature).softmax(-1).tolist()
    return [
        {"label": task.labels[number], "probabilities": dict(zip(task.labels, row, strict=True))}
        for number, row in zip(best_labels(logits, task.labels), probabilities, strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="finetuned.pt as finetune.py wrote it")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with vocab.txt and bpe.codes")
    args = parser.parse_args()
    checkpoint = torch.load(args.checkpoint, weights_only=True)
    model, tasks = load_model(checkpoint)
    tokenizer = load_tokenizer(args.tokenizer)

    for line in sys.stdin:
        asked = json.loads(line)
        if asked["task"] not in tasks:
            parser.error(f"the checkpoint has no task {asked['task']}")
        task, inputs = tasks[asked["task"]], asked["inputs"]
        max_tokens = MAX_WINDOWED_TOKENS if asked["windows"] else MAX_TOKENS
        answers = []
        for start in tqdm(range(0, len(inputs), TEXTS_AT_ONCE), desc=f"PyTorch {task.name}", mininterval=5):
            examples = [read_input(given, tokenizer, max_tokens) for given in inputs[start : start + TEXTS_AT_ONCE]]
            for logits in predict(model, task, examples):
                answers.append(labels_of(logits, task, checkpoint["heads"][task.name]["temperature"]))
        print(json.dumps(answers), flush=True)


if __name__ == "__main__":
    main()
