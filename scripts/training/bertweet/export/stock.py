"""The usual export, for comparison: torch.onnx.export and quantize_dynamic."""

import tempfile
from argparse import Namespace
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import BertConfig, BertModel

from bertweet.model.checkpoint import load
from bertweet.model.encoder import Encoder, load_encoder
from bertweet.model.hugging_face import to_hugging_face


def to_bert(encoder: Encoder) -> BertModel:
    """A BertModel with the encoder's computation. Its single token type adds zero."""
    shape = encoder.shape
    config = BertConfig(
        vocab_size=shape.vocab_size,
        hidden_size=shape.hidden_size,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.ffn_size,
        max_position_embeddings=shape.max_tokens,
        type_vocab_size=1,
        layer_norm_eps=shape.layer_norm_epsilon,
        hidden_act="gelu_pytorch_tanh",
        attn_implementation="eager",
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    model.load_state_dict(to_hugging_face(encoder))
    return model


class FloatInput(torch.nn.Module):
    """A BertModel that reads ids and mask from two columns of `hidden`."""

    def __init__(self, model: BertModel):
        super().__init__()
        self.model = model

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        ids, mask = hidden[:, :, 0].long(), hidden[:, :, 1].long()
        return self.model(input_ids=ids, attention_mask=mask).last_hidden_state


def export_stock(args: Namespace) -> None:
    """Runs export_stock.py with its options."""
    encoder = load_encoder(load(args.checkpoint, "model")).eval()
    model = FloatInput(to_bert(encoder))
    ids = torch.arange(4, 20)[None]
    hidden = torch.ones(1, ids.shape[1], encoder.shape.hidden_size)
    hidden[:, :, 0] = ids
    with torch.no_grad():
        difference = (model(hidden) - encoder(ids)).abs().max().item()
    print(f"largest difference from the encoder it was made from: {difference:.2e}")
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder) / "stock.onnx"
        torch.onnx.export(
            model,
            (hidden,),
            exported,
            input_names=["hidden"],
            output_names=["last_hidden"],
            dynamic_axes={"hidden": {1: "tokens"}, "last_hidden": {1: "tokens"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(exported, args.out, weight_type=QuantType.QInt8)
    print(f"{args.out.stat().st_size:,} bytes")
