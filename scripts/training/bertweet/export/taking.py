"""Converts a folder with an exported ONNX model to a bundle. The bundle runs the graph unchanged, with its own head."""

import json
import tempfile
from argparse import Namespace
from pathlib import Path

import onnxruntime
from transformers import BertConfig, PretrainedConfig, RobertaConfig

from bertweet.data.hub_files import CONFIG
from bertweet.data.subwords import Subwords, load_subwords
from bertweet.data.tokenizer_files import copy_tokenizer
from bertweet.errors import Unusable
from bertweet.export.bundle import write_bundle
from bertweet.export.golden import TEXTS, add_golden
from bertweet.export.names import check_id, check_task, id_of
from bertweet.export.onnx_graph import OnnxGraph, graph_inputs, move_weights, read_graph
from bertweet.export.pack import describe_sizes, tokenizer_files
from bertweet.export.roberta import read_labels
from bertweet.export.session import open_session
from bertweet.model.encoder import Shape

CONFIGS = {"bert": BertConfig, "roberta": RobertaConfig}
GRAPH, WEIGHTS = "encoder.onnx", "encoder.bin"
CHECKPOINT_ONLY = ("texts", "bits", "shard_layers")


def read_config(folder: Path) -> PretrainedConfig:
    """`config.json`. Raises Unusable if there is none, or if the model has another architecture."""
    file = folder / CONFIG
    if not file.exists():
        raise Unusable(f"{folder} has no config.json, which says how long texts may be, and names the labels")
    given = json.loads(file.read_text(encoding="utf-8"))
    kind = given.get("model_type")
    if kind not in CONFIGS:
        raise Unusable(f'"model_type" is {kind!r}; the service runs {" or ".join(map(repr, CONFIGS))}')
    return CONFIGS[kind].from_dict(given)


def read_shape(config: PretrainedConfig, vocab_size: int) -> Shape:
    """The encoder's sizes. RoBERTa's position of a text's first token is the one after the padding's."""
    unused = config.pad_token_id + 1 if config.model_type == "roberta" else 0
    return Shape(
        vocab_size=vocab_size,
        hidden_size=config.hidden_size,
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        ffn_size=config.intermediate_size,
        max_tokens=config.max_position_embeddings - unused,
        layer_norm_epsilon=config.layer_norm_eps,
    )


def output_shape(graph: OnnxGraph, session: onnxruntime.InferenceSession, ids: list[int]) -> tuple[int, ...]:
    """The shape of the output for one text. Raises Unusable if ONNX Runtime can't run the graph on it."""
    try:
        (output,) = session.run([graph.output], graph_inputs(graph.inputs, ids))
    except Exception as error:  # ONNX Runtime's own classes have no public base
        raise Unusable(f"{graph.file.name} does not run on a text of {len(ids)} tokens: {error}") from error
    return output.shape


def describe_head(config: PretrainedConfig, graph: OnnxGraph, shape: tuple[int, ...], tokens: int) -> dict | None:
    """The head's entry in the manifest, from its output for a text of `tokens` tokens. None for a graph that gives states."""
    if graph.output == "last_hidden_state":
        if shape != (1, tokens, config.hidden_size):
            raise Unusable(f"last_hidden_state is {list(shape)} for {tokens} tokens, not [1, {tokens}, {config.hidden_size}]")
        return None
    if len(shape) == 3 and shape[-1] == config.vocab_size:
        raise Unusable(
            "the graph fills masks by scores of the whole vocabulary for every token, which would take too much memory; "
            "convert its checkpoint with --checkpoint"
        )
    labels = read_labels(config)
    kinds = {(1, len(labels)): "classification", (1, tokens, len(labels)): "tagging"}
    if shape not in kinds:
        raise Unusable(f"logits is {list(shape)} for {tokens} tokens, and config.json names {len(labels)} labels")
    entry = {"kind": kinds[shape], "labels": labels, "temperature": 1.0}
    if config.problem_type == "multi_label_classification" and entry["kind"] == "classification":
        entry["multi_label"] = True
    return entry


def check_longest(graph: OnnxGraph, session: onnxruntime.InferenceSession, shape: Shape, subwords: Subwords) -> None:
    """Raises Unusable if the graph can't read the longest text, or a piece of the vocabulary."""
    first = range(shape.vocab_size - 1, -1, -1)
    output_shape(graph, session, [first[at % shape.vocab_size] for at in range(shape.max_tokens)])
    if len(subwords.encode(TEXTS[0], shape.max_tokens + 1)) > shape.max_tokens:
        print("No golden answers: the texts for them are longer than what the model reads.")


def take_onnx(args: Namespace) -> None:
    """Runs convert.py --onnx with its options. Raises Unusable if the service can't run the graph."""
    for name in CHECKPOINT_ONLY:
        if getattr(args, name):
            raise Unusable(f"--{name.replace('_', '-')} is for --checkpoint: with --onnx the graph stays as it is")
    config, graph = read_config(args.onnx), read_graph(args.onnx)
    with tempfile.TemporaryDirectory() as folder:
        copy_tokenizer(args.onnx, Path(folder))
        subwords = load_subwords(Path(folder))
        files, tokenizer = tokenizer_files(subwords.files, Path(folder))
    if subwords.size > config.vocab_size:
        raise Unusable(f"the tokenizer has {subwords.size} pieces, the model {config.vocab_size}")
    shape = read_shape(config, subwords.size)
    session = open_session(graph.file)
    check_longest(graph, session, shape, subwords)
    ids = subwords.encode(TEXTS[0], shape.max_tokens)
    entry = describe_head(config, graph, output_shape(graph, session, ids), len(ids))
    if not entry and args.task:
        raise Unusable(f"the graph gives last_hidden_state and has no head for a task {args.task}")
    task = check_task(args.task or entry["kind"]) if entry else None
    print(f"{graph.file.name}: {', '.join(graph.inputs)} -> {graph.output}, {entry['kind'] if entry else 'no head'}; {describe_sizes(shape)}")
    structure, weights = move_weights(graph.model, WEIGHTS)
    write_bundle(
        args.out,
        {GRAPH: structure, WEIGHTS: weights, **files},
        {
            "format": 1,
            "id": check_id(args.id or id_of(args.onnx)),
            "description": args.description or f"An exported {config.model_type} graph: {describe_sizes(shape)}.",
            "license": args.license,
            "training": args.training,
            "architecture": shape.as_dict(),
            "tokenizer": tokenizer,
            "encoder": [{"graph": GRAPH, "weights": WEIGHTS, "layers": shape.layers}],
            "whole_graph": {"inputs": graph.inputs, "output": graph.output},
            "quantization": f"As exported in {graph.file.name}.",
            "tensors": {},
            "tasks": {task: {**entry, "description": task, "data": "not stated", "metrics": {}}} if entry else {},
        },
    )
    add_golden(args.out)
