"""Reads a checkpoint of Hugging Face's RoBERTa classes in a local folder: our encoder, and the bundle's kinds of heads."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import RobertaConfig

from bertweet.data.hub_files import CONFIG, PICKLE, SAFETENSORS
from bertweet.data.tokenizer import PAD_ID
from bertweet.errors import Unusable
from bertweet.export.bundle import TensorFile
from bertweet.model.encoder import Encoder, Shape
from bertweet.model.hugging_face import from_hugging_face

FIRST_POSITION = PAD_ID + 1  # RoBERTa's position of a text's first token is the one after the padding's
PREFIX = "roberta."
GELUS = ("gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh")  # all are close to the tanh form, which both engines compute
DENSE, TRANSFORM = "classifier.dense", "lm_head.dense"


def read_config(folder: Path) -> RobertaConfig:
    """`config.json`. Raises Unusable if the architecture is not BERTweet's."""
    given = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    wanted = {
        "model_type": ("roberta",),
        "hidden_act": GELUS,
        "position_embedding_type": ("absolute",),
        "pad_token_id": (PAD_ID,),
        "is_decoder": (False,),
    }
    for key, values in wanted.items():
        if given.get(key, values[0]) not in values:
            raise Unusable(f'"{key}" is {given[key]!r}; the service runs {" or ".join(map(repr, values))}')
    return RobertaConfig.from_dict(given)


def open_weights(folder: Path) -> dict[str, torch.Tensor]:
    """Tensors by name, mapped into memory. Each is read from the disk when it is used.

    A `pytorch_model.bin` from before PyTorch 1.6 is not a zip file. It can only be read completely.
    """
    if (folder / SAFETENSORS).exists():
        return load_file(folder / SAFETENSORS)
    file = folder / PICKLE
    if not file.exists():
        raise Unusable(f"{folder} has neither {SAFETENSORS} nor {PICKLE}")
    return torch.load(file, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(file))


def read_encoder(config: RobertaConfig, weights: Mapping[str, torch.Tensor]) -> Encoder:
    """Our encoder in fp32. It uses GELU's tanh form, even if the checkpoint has another form."""
    shape = Shape(
        vocab_size=config.vocab_size,
        hidden_size=config.hidden_size,
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        ffn_size=config.intermediate_size,
        max_tokens=config.max_position_embeddings - FIRST_POSITION,
        layer_norm_epsilon=config.layer_norm_eps,
    )
    source = {name.removeprefix(PREFIX): tensor.float() for name, tensor in weights.items() if not is_head(name)}
    with torch.device("meta"):
        encoder = Encoder(shape, dropout=0.0)
    encoder.load_state_dict(from_hugging_face(source, shape, FIRST_POSITION), assign=True)
    return encoder.eval().requires_grad_(False)


def is_head(name: str) -> bool:
    return name.startswith(("classifier.", "lm_head."))


KINDS = {
    "RobertaForSequenceClassification": "classification",
    "RobertaForTokenClassification": "tagging",
    "RobertaForMaskedLM": "fill-mask",
}


def head_kind(config: RobertaConfig) -> str:
    """classification, tagging or fill-mask, by config.json's `architectures`. Raises Unusable for any other head."""
    named = config.architectures or []
    if len(named) != 1 or named[0] not in KINDS:
        raise Unusable(f'"architectures" is {named}; the service runs {", ".join(KINDS)}')
    return KINDS[named[0]]


def read_labels(config: RobertaConfig) -> list[str]:
    """The names of the labels, in the order of their numbers."""
    labels = [label for _, label in sorted(config.id2label.items())]
    if len(labels) < 2 or len(set(labels)) < len(labels):
        raise Unusable(f"the head needs two labels or more, each with a name of its own; it has {labels}")
    return labels


def describe_head(config: RobertaConfig, weights: Mapping[str, torch.Tensor], task: str, tensors: TensorFile) -> dict:
    """The head's entry in the manifest, without description, data and metrics. Adds its tensors to `tensors`."""

    def add(name: str, source: str) -> str:
        if source not in weights:
            raise Unusable(f"the checkpoint has no tensor {source}")
        return tensors.add(f"heads.{task}.{name}", weights[source].float().numpy())

    kind = head_kind(config)
    if kind == "fill-mask":
        untied = weights.get("lm_head.decoder.weight")
        if untied is not None and not torch.equal(untied, weights[f"{PREFIX}embeddings.word_embeddings.weight"]):
            raise Unusable("the head scores pieces by a table of its own, not by the embeddings")
        bias = "lm_head.bias" if "lm_head.bias" in weights else "lm_head.decoder.bias"  # the two are tied, and files have one of them
        transform = {
            "weight": add("transform.weight", f"{TRANSFORM}.weight"),
            "bias": add("transform.bias", f"{TRANSFORM}.bias"),
            "norm_weight": add("transform.norm.weight", "lm_head.layer_norm.weight"),
            "norm_bias": add("transform.norm.bias", "lm_head.layer_norm.bias"),
        }
        return {"kind": kind, "bias": add("bias", bias), "transform": transform}
    entry = {"kind": kind, "labels": read_labels(config), "temperature": 1.0}
    if kind == "tagging":
        return entry | {"weight": add("weight", "classifier.weight"), "bias": add("bias", "classifier.bias")}
    if config.problem_type == "multi_label_classification":
        entry["multi_label"] = True
    return entry | {
        "dense": {
            "weight": add("dense.weight", f"{DENSE}.weight"),
            "bias": add("dense.bias", f"{DENSE}.bias"),
            "activation": "tanh",
        },
        "weight": add("weight", "classifier.out_proj.weight"),
        "bias": add("bias", "classifier.out_proj.bias"),
    }
