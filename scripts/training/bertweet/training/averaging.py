"""The weighted mean of several models' weights."""

from pathlib import Path

import torch
from bertweet.data.tasks import Task
from bertweet.model.checkpoint import load
from bertweet.model.encoder import Encoder, Shape
from bertweet.model.multitask import MultiTaskModel


def read_model(path: Path, tasks: list[Task]) -> MultiTaskModel:
    """A model of a file of the format `model`, with heads for these tasks."""
    saved = load(path, "model")
    model = MultiTaskModel(Encoder(Shape(**saved["shape"])), tasks)
    model.load_weights(saved)
    return model


def mean_of(models: list[tuple[MultiTaskModel, float]], tasks: list[Task]) -> MultiTaskModel:
    """A model whose weights are the mean of the models' weights, by their shares."""
    total = sum(share for _, share in models)
    averaged: dict[str, torch.Tensor] = {}
    for model, share in models:
        for name, tensor in model.state_dict().items():
            averaged[name] = averaged.get(name, 0) + share / total * tensor
    mean = MultiTaskModel(Encoder(models[0][0].encoder.shape), tasks)
    mean.load_state_dict(averaged)
    return mean
