"""Adds exits to a classification of a bundle. The encoder and the other heads do not change."""

import random
from argparse import Namespace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper
from tqdm import tqdm

from bertweet.data.files import find_split, read_classification, read_texts
from bertweet.data.tokenizer import MAX_TOKENS, encode_text, load_tokenizer
from bertweet.errors import Unusable
from bertweet.export.bundle import TensorFile, write_bundle
from bertweet.export.native import NativeEncoder, NativeHead
from bertweet.export.session import session_options
from bertweet.model.exits import ExitHead, Observed, exit_logits, lowest_threshold, train_exit
from bertweet.model.metrics import expected_calibration_error, find_metric, fit_temperature

FILE = "exits.bin"
SEED = 0
SHARE = 0.75  # of the other labels that are still allowed: an early exit saves most, so it gets most of them


class WatchedEncoder(NativeEncoder):
    """An encoder in one shard that also gives the states after some layers."""

    def __init__(self, folder: Path, layers: list[int]):
        super().__init__(folder)
        if len(self.manifest["encoder"]) != 1:
            raise Unusable("the layers are in several files; exits can be trained only where they are in one")
        if not all(1 <= layer < self.manifest["architecture"]["layers"] for layer in layers):
            raise Unusable(f"an exit is after one of the layers 1 to {self.manifest['architecture']['layers'] - 1}")
        self.names = [f"layers.{layer - 1}.ffn_norm" for layer in layers]
        graph = onnx.load(folder / self.manifest["encoder"][0]["graph"], load_external_data=False)
        size = self.manifest["architecture"]["hidden_size"]
        for name in self.names:
            graph.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", size]))
        aside = folder / "watched.tmp.onnx"  # beside the weights, where ONNX Runtime looks for them
        try:
            onnx.save(graph, aside)
            self.watched = onnxruntime.InferenceSession(aside, session_options(), providers=["CPUExecutionProvider"])
        finally:
            aside.unlink(missing_ok=True)

    def watch(self, ids: list[int]) -> tuple[list[np.ndarray], np.ndarray]:
        """(float16 [tokens, hidden] after each layer, last hidden state of `<s>` as float32 [hidden])."""
        *seen, last = self.watched.run([*self.names, "last_hidden"], {"hidden": self.embed(ids)[None]})
        return [states[0].astype(np.float16) for states in seen], last[0, 0]


def read_training_texts(args: Namespace) -> list[str]:
    """The training texts of the task, and `--texts` others."""
    train = find_split(args.data, "train")
    if not train:
        raise Unusable(f"{args.data} has no train")
    texts = [text for text, _ in read_classification(train)][: args.limit]
    if args.unlabelled:
        others = read_texts(args.unlabelled, 10**9)
        random.Random(SEED).shuffle(others)
        texts += others[: args.texts][: args.limit]
    return texts


def observe(encoder: WatchedEncoder, head: NativeHead, rows: list[list[int]], temperature: float, label: str) -> list[Observed]:
    """What each exit sees of the texts `rows` (ids), with the whole model's probabilities."""
    states: list[list[np.ndarray]] = [[] for _ in encoder.names]
    last = []
    for ids in tqdm(rows, desc=f"read {label}", mininterval=5):
        seen, state = encoder.watch(ids)
        last.append(state)
        for kept, each in zip(states, seen, strict=True):
            kept.append(each)
    answers = (head(np.stack(last)) / temperature).softmax(-1)
    return [Observed(each, answers) for each in states]


def report(labels: list[str], metric: str, gold: torch.Tensor, whole: torch.Tensor, mixed: torch.Tensor) -> None:
    """Prints the figures on dev of the whole model and with exits. `whole` and `mixed` are probabilities [texts, labels]."""

    def figure(probabilities: torch.Tensor) -> float:
        named = [[labels[index] for index in numbers] for numbers in (gold, probabilities.argmax(-1))]
        return find_metric(metric)(*named)

    agreement = (whole.argmax(-1) == mixed.argmax(-1)).float().mean().item()
    errors = [expected_calibration_error(each.clamp(min=1e-9).log(), gold, 1.0) for each in (whole, mixed)]
    print(f"dev {metric}: {figure(whole):.4f} whole, {figure(mixed):.4f} with exits; {agreement:.4f} equal labels")
    print(f"dev calibration error: {errors[0]:.3f} whole, {errors[1]:.3f} with exits")


def add_tensors(file: TensorFile, task: str, layer: int, head: ExitHead) -> dict:
    """Adds a head's tensors to `file`. Returns its entry in the manifest, without temperature and threshold."""
    at = f"exits.{task}.{layer}"

    def pair(name: str, linear: torch.nn.Linear) -> dict[str, str]:
        weights = {"weight": linear.weight, "bias": linear.bias}
        return {part: file.add(f"{at}.{name}.{part}", tensor.detach().numpy()) for part, tensor in weights.items()}

    queries = file.add(f"{at}.queries", head.queries.detach().numpy())
    return {"layer": layer, "queries": queries, "dense": pair("dense", head.dense), "output": pair("output", head.output)}


def golden_answers(head: ExitHead, states: list[np.ndarray], temperature: float) -> list[list[float]]:
    """The probabilities that the exit gives to each golden text, in the manifest's format."""
    probabilities = (exit_logits(head, states) / temperature).softmax(-1)
    return [[round(each, 4) for each in row] for row in probabilities.tolist()]


def add_exits(args: Namespace) -> None:
    """Runs add_exits.py with its options."""
    torch.set_num_threads(1)  # several threads would add in another order
    layers = sorted(set(args.layer))
    encoder = WatchedEncoder(args.bundle, layers)
    manifest = encoder.manifest
    task = manifest["tasks"].get(args.name)
    if not task or task["kind"] != "classification" or task.get("multi_label") or "exits" in task:
        raise Unusable(f"{args.name} is no classification with one label a text and without exits")
    tokenizer = load_tokenizer(args.bundle)
    head = NativeHead(encoder, args.name)

    def read(texts: list[str], label: str) -> list[Observed]:
        ids = [encode_text(tokenizer, text, MAX_TOKENS) for text in tqdm(texts, desc=f"tokenize {label}", mininterval=5)]
        return observe(encoder, head, ids, task["temperature"], label)

    dev = read_classification(find_split(args.data, "dev"))[: args.limit]
    gold = torch.tensor([task["labels"].index(label) for _, label in dev])
    seen, dev_seen = read(read_training_texts(args), "train"), read([text for text, _ in dev], "dev")

    whole = dev_seen[0].answers
    mixed, left = whole.clone(), torch.ones(len(dev), dtype=torch.bool)
    file, entries = TensorFile(FILE, manifest["tensors"]), []
    allowed = int((1 - args.agreement) * len(dev))
    for layer, train_part, dev_part in zip(layers, seen, dev_seen, strict=True):
        exit_head = train_exit(train_part, f"exit after layer {layer}")
        logits = exit_logits(exit_head, dev_part.states)
        temperature = fit_temperature(logits, gold)
        probabilities = (logits / temperature).softmax(-1)
        here = allowed if layer == layers[-1] else int(SHARE * allowed)
        threshold = lowest_threshold(probabilities[left], whole.argmax(-1)[left], here)
        takes = left & (probabilities.max(-1).values >= threshold)
        mixed[takes] = probabilities[takes]
        left &= ~takes
        allowed -= int((probabilities.argmax(-1) != whole.argmax(-1))[takes].sum())
        print(f"exit after layer {layer}: {takes.float().mean():.3f} of dev from p = {threshold:.3f} on, temperature {temperature:.2f}")
        entry = {"temperature": temperature, "threshold": threshold}
        if golden := [text["ids"] for text in manifest.get("golden", {}).get("texts", [])]:
            states = [encoder.watch(ids)[0][layers.index(layer)] for ids in golden]
            entry["golden"] = golden_answers(exit_head, states, temperature)
        entries.append({**add_tensors(file, args.name, layer, exit_head), **entry})
    report(task["labels"], args.metric, gold, whole, mixed)

    task["exits"] = entries
    files = {name: (args.bundle / name).read_bytes() for name in manifest["files"]}
    write_bundle(args.out, {**files, FILE: bytes(file.data)}, manifest)
