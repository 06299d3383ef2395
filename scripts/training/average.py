#!/usr/bin/env python3
"""Average the weights of fine-tuned models of which one went on from the other (Wortsman et al. 2022), and write one `finetuned.pt`.

Each model has a share; dev picks the shares. The dev figures that are printed are those of int8, and so are the temperatures.
"""

import argparse
import json
from pathlib import Path

import torch

from bertweet.arguments import TASKS, named_number
from bertweet.model.encoder import Encoder, Shape, set_quantized
from bertweet.model.finished import save_finished
from bertweet.model.multitask import MultiTaskModel
from bertweet.model.smoothing import feel_smoothing
from bertweet.data.tasks import load_task
from bertweet.data.tokenizer import fastbpe_encoding, load_tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with a folder for each task")
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--out", type=Path, required=True, help="file for the averaged model")
    parser.add_argument("--tasks", type=Path, default=TASKS, help="names, folders, metrics")
    parser.add_argument("--limit", type=int, help="use only the first N texts of each split (smoke run)")
    parser.add_argument("models", nargs="+", type=named_number, metavar="FILE=SHARE", help="a finetuned.pt and its share")
    args = parser.parse_args()
    total = sum(share for _, share in args.models)

    encoding = fastbpe_encoding(load_tokenizer(args.bundle))
    entries = json.loads(args.tasks.read_text(encoding="utf-8"))
    tasks = [load_task(name, entry, args.data, encoding, args.limit) for name, entry in entries.items()]
    averaged: dict[str, torch.Tensor] = {}
    for path, share in args.models:
        given = torch.load(path, weights_only=True)
        model = MultiTaskModel(Encoder(Shape(**given["shape"])), tasks)
        model.load_pretrained(given)
        for name, tensor in model.state_dict().items():
            averaged[name] = averaged.get(name, 0) + share / total * tensor
    model.load_state_dict(averaged)
    feel_smoothing(model.encoder, tasks[0])
    set_quantized(model.encoder, True)
    save_finished(model, tasks, args.out)


if __name__ == "__main__":
    main()
