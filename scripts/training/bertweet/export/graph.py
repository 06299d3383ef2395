"""The encoder as an ONNX graph of ONNX Runtime's fused contrib operators (domain com.microsoft).

Operator reference: ONNX Runtime's docs/ContribOperators.md. Weights are in an ONNX external-data file beside the graph.
"""

from dataclasses import dataclass, field

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from bertweet.export.quantize import GROUP, pack_nibbles, quantize_columns, quantize_groups
from bertweet.model.encoder import Shape

CONTRIB = "com.microsoft"
ALIGNMENT = 64  # a WASM or native engine that maps the file can load whole vectors from any tensor
INLINE_BYTES = 1024  # smaller tensors stay in the graph; shape inference needs its constants there


@dataclass
class GraphWriter:
    """Collects nodes and initializers. Large data goes to `weights`, the bytes of the external file `weights_name`."""

    weights_name: str
    nodes: list[NodeProto] = field(default_factory=list)
    initializers: list[TensorProto] = field(default_factory=list)
    weights: bytearray = field(default_factory=bytearray)

    def constant(self, name: str, array: np.ndarray) -> str:
        return self.initializer(numpy_helper.from_array(np.ascontiguousarray(array), name))

    def initializer(self, tensor: TensorProto) -> str:
        data = tensor.raw_data
        if len(data) > INLINE_BYTES:
            self.weights += bytes(-len(self.weights) % ALIGNMENT)
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            place = {"location": self.weights_name, "offset": len(self.weights), "length": len(data)}
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
            self.weights += data
        self.initializers.append(tensor)
        return tensor.name

    def node(self, operator: str, inputs: list[str], output: str | list[str], domain: str = CONTRIB, **attributes) -> str:
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(helper.make_node(operator, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def linear(self, name: str, hidden: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """`hidden @ weight + bias`. `weight` [in, out] is int8. The activations are quantized to uint8 at run time."""
        values, scale = quantize_columns(weight)
        inputs = [
            hidden,
            self.constant(f"{name}.weight", values),
            self.constant(f"{name}.scale", scale),
            "",  # no zero point: the weights are symmetric
            self.constant(f"{name}.bias", bias),
        ]
        return self.node("DynamicQuantizeMatMul", inputs, name)

    def int4_linear(self, name: str, hidden: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """The same with `weight` in int4. 32 weights of a column share a float32 scale. The activations stay float32."""
        values, scale = (np.ascontiguousarray(part.T) for part in quantize_groups(weight.T, np.float32))
        packed = pack_nibbles(values).tobytes()
        tensor = TensorProto(name=f"{name}.weight", data_type=TensorProto.INT4, dims=values.shape, raw_data=packed)
        inputs = [self.initializer(tensor), self.constant(f"{name}.scale", scale)]
        unfolded = self.node("DequantizeLinear", inputs, f"{name}.unfolded", domain="", axis=0, block_size=GROUP)
        product = self.node("MatMul", [hidden, unfolded], f"{name}.product", domain="")
        return self.node("Add", [product, self.constant(f"{name}.bias", bias)], name, domain="")


def build_shard(
    shape: Shape, weights: dict[str, np.ndarray], layers: range, weights_name: str, ffn_bits: int
) -> tuple[ModelProto, bytes]:
    """(graph, bytes of the external-data file) of consecutive layers.

    - The input `hidden` and the output `last_hidden` are float32 [1, tokens, hidden]. There is no mask, because each run has one text.
    - `weights` is the result of `smooth` for the whole model: the names of `Encoder.state_dict()` (linear weights as [out, in]), and
      the factors for a norm's or GELU's output.
    - A shard's output is the output of a norm, before its factor. The next shard has the factor.
    """
    writer = GraphWriter(weights_name)
    size = shape.hidden_size
    thirds = writer.constant("qkv_split", np.array([size] * 3, dtype=np.int64))

    def linear(name: str, source: str, bits: int = 8) -> str:
        write = writer.linear if bits == 8 else writer.int4_linear
        return write(name, source, weights[f"{name}.weight"].T, weights[f"{name}.bias"])

    def times(name: str, source: str, factor: str) -> str:
        return writer.node("Mul", [source, writer.constant(factor, weights[factor])], name, domain="")

    def add_and_norm(name: str, update: str, residual: str, output: str) -> str:
        pair = [writer.constant(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        inputs = [update, residual, *pair]
        return writer.node("SkipLayerNormalization", inputs, output, epsilon=shape.layer_norm_epsilon)

    hidden = "hidden"
    for number in layers:
        at, before = f"layers.{number}", f"layers.{number - 1}.ffn"
        residual = times(f"{before}_residual", hidden, f"{before}_norm.unscale") if number > 0 else hidden
        parts = [f"{at}.{name}" for name in ("query", "key", "value")]
        writer.node("Split", [linear(f"{at}.qkv", hidden), thirds], parts, domain="", axis=2)
        context = writer.node("MultiHeadAttention", parts, f"{at}.context", num_heads=shape.heads)
        update, norm = linear(f"{at}.attention_out", context), f"{at}.attention_norm"
        hidden = add_and_norm(norm, update, residual, norm)
        residual = times(f"{at}.attention_residual", hidden, f"{norm}.unscale")

        gelu = writer.node("FastGelu", [linear(f"{at}.ffn_in", hidden, ffn_bits)], f"{at}.gelu")
        scaled = times(f"{at}.ffn_hidden", gelu, f"{at}.gelu.scale")
        update, norm = linear(f"{at}.ffn_out", scaled, ffn_bits), f"{at}.ffn_norm"
        hidden = add_and_norm(norm, update, residual, "last_hidden" if number == layers[-1] else norm)

    interface = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens", size]) for name in ("hidden", "last_hidden")
    ]
    graph = helper.make_graph(writer.nodes, "encoder", interface[:1], interface[1:], writer.initializers)
    opset, ir_version = (17, 8) if ffn_bits == 8 else (21, 10)  # the first versions with INT4
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(CONTRIB, 1)],
        ir_version=ir_version,
        producer_name="bertweet-edge",
    )
    return model, bytes(writer.weights)
