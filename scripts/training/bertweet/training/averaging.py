"""The weighted mean of several models' weights."""

from argparse import Namespace

import torch
from tqdm import tqdm

from bertweet.data.tasks import load_task, read_entries
from bertweet.data.tokenizer import fastbpe_encoding, load_tokenizer
from bertweet.model.checkpoint import load
from bertweet.model.encoder import Encoder, Shape, set_quantized
from bertweet.model.finished import save_finished
from bertweet.model.multitask import MultiTaskModel
from bertweet.model.smoothing import feel_smoothing


def average(args: Namespace) -> None:
    """Runs average.py with its options."""
    total = sum(share for _, share in args.models)
    entries, encoding = read_entries(args.tasks), fastbpe_encoding(load_tokenizer(args.bundle))
    tasks = [
        load_task(name, entry, args.data, encoding, args.limit) for name, entry in tqdm(entries.items(), desc="read tasks")
    ]
    averaged: dict[str, torch.Tensor] = {}
    for path, share in args.models:
        saved = load(path, "model")
        model = MultiTaskModel(Encoder(Shape(**saved["shape"])), tasks)
        model.load_weights(saved)
        for name, tensor in model.state_dict().items():
            averaged[name] = averaged.get(name, 0) + share / total * tensor
    model.load_state_dict(averaged)
    feel_smoothing(model.encoder, tasks[0])
    set_quantized(model.encoder, True)
    save_finished(model, tasks, args.out)
