"""Reads a graph that was exported with Optimum, transformers.js or torch.onnx.export. A bundle runs the graph unchanged."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, ValueInfoProto

from bertweet.data.hub_files import GRAPHS
from bertweet.errors import Unusable
from bertweet.export.graph import GraphWriter

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("logits", "last_hidden_state")  # if a graph has both, the service reads the logits


@dataclass(frozen=True)
class OnnxGraph:
    """A graph, and the inputs and the output that the service uses, as in the manifest's `whole_graph`."""

    file: Path
    model: ModelProto
    inputs: list[str]
    output: str


def read_graph(folder: Path) -> OnnxGraph:
    """The graph in a folder, with its external data. Raises Unusable if there is none, or if the service can't run it."""
    found = [folder / name for name in GRAPHS if (folder / name).exists()]
    if not found:
        raise Unusable(f"{folder} has none of {', '.join(GRAPHS)}")
    try:
        model = onnx.load(found[0])
    except (OSError, onnx.checker.ValidationError) as error:
        raise Unusable(f"{found[0].name} could not be read whole: {error}") from error
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    outputs = {value.name: value for value in model.graph.output}
    return OnnxGraph(found[0], model, check_inputs(inputs), check_output(outputs))


def check_inputs(inputs: list[ValueInfoProto]) -> list[str]:
    """The names of the inputs. Raises Unusable for an input that the service does not provide, or for a fixed length."""
    names = [value.name for value in inputs]
    if "input_ids" not in names or not set(names) <= set(INPUTS):
        raise Unusable(f"the graph reads {', '.join(names)}; the service gives {', '.join(INPUTS)}")
    for value in inputs:
        tensor = value.type.tensor_type
        sizes = [size.dim_value for size in tensor.shape.dim]
        if tensor.elem_type != TensorProto.INT64 or len(sizes) != 2:
            raise Unusable(f"the graph's {value.name} is not int64 [texts, tokens]")
        if sizes[0] > 1 or sizes[1] > 0:
            raise Unusable(f"the graph reads {sizes[0] or 1} texts of {sizes[1]} tokens; export it with dynamic axes")
    return names


def check_output(outputs: dict[str, ValueInfoProto]) -> str:
    """The name of the output that the service reads. Raises Unusable if there is none, or if it is not float32."""
    name = next((name for name in OUTPUTS if name in outputs), None)
    if not name:
        raise Unusable(f"the graph gives {', '.join(outputs)}; the service reads {' or '.join(OUTPUTS)}")
    if outputs[name].type.tensor_type.elem_type != TensorProto.FLOAT:
        raise Unusable(f"the graph's {name} is not of float32")
    return name


def move_weights(model: ModelProto, weights_name: str) -> tuple[bytes, bytearray]:
    """(graph, bytes of the external-data file): the same model with its large tensors in a separate file. Changes `model`."""
    writer = GraphWriter(weights_name)
    for tensor in model.graph.initializer:
        writer.initializer(tensor)
    return model.SerializeToString(deterministic=True), writer.weights


def graph_inputs(names: list[str], ids: list[int]) -> dict[str, np.ndarray]:
    """The inputs that the service gives a graph for one text, each int64 [1, tokens]."""
    row = np.array([ids], dtype=np.int64)
    values = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
    return {name: values[name] for name in names}
