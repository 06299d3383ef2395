#!/usr/bin/env python3
"""Small models with random weights: their checkpoints, exports by torch.onnx.export, and what the models answer in PyTorch.

Writes to `--out` a folder NAME for each model of MODELS, with its checkpoint and tokenizer, and for those that torch exports the graph;
unfit/ with graphs that the service can't run; and reference.json: {NAME: for each text of `--texts` the probabilities [rows, labels],
a row a text or a word, or the last hidden states [tokens, hidden]}.
"""

import argparse
import json
import shutil
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForTokenClassification,
    BertModel,
    PreTrainedModel,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaForTokenClassification,
    set_seed,
)

from bertweet.data.subwords import load_byte_level, load_fastbpe, load_roberta_tokenizer

FASTBPE, BYTE_LEVEL = Path("models/bertweet-mini"), Path("test/fixtures/tokenizer/byte-level")
TOKENS, HIDDEN = 62, 64
MOODS, TAGS, FEELINGS = ["negative", "neutral", "positive"], ["ADJ", "NOUN", "VERB", "X"], ["anger", "fear", "joy", "sadness"]

# (class, labels, tokenizer, how torch exports it; None: Optimum does)
MODELS = {
    "optimum-classification": (RobertaForSequenceClassification, MOODS, FASTBPE, None),
    "optimum-quantized": (RobertaForSequenceClassification, MOODS, FASTBPE, None),
    "optimum-bert-tagging": (BertForTokenClassification, TAGS, FASTBPE, None),
    "torch-multi-label": (RobertaForSequenceClassification, FEELINGS, FASTBPE, "external"),
    "torch-byte-level-quantized": (RobertaForTokenClassification, TAGS, BYTE_LEVEL, "quantized"),
    "torch-bert-states": (BertModel, MOODS, FASTBPE, "dynamo"),
}


def random_model(model_class: type[PreTrainedModel], labels: list[str], pieces: int) -> PreTrainedModel:
    is_bert = model_class.__name__.startswith("Bert")
    config = (BertConfig if is_bert else RobertaConfig)(
        vocab_size=pieces,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=TOKENS if is_bert else TOKENS + 2,
        type_vocab_size=2 if is_bert else 1,
        pad_token_id=1,
        layer_norm_eps=1e-5,
        initializer_range=HIDDEN**-0.5,
        id2label=dict(enumerate(labels)),
        problem_type="multi_label_classification" if labels == FEELINGS else None,
    )
    return model_class(config).eval()


class Graph(nn.Module):
    """The model with plain inputs and one plain output, as exporters want it."""

    def __init__(self, model: PreTrainedModel):
        super().__init__()
        self.model, self.is_bert = model, model.config.model_type == "bert"

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        types = {"token_type_ids": token_type_ids} if self.is_bert else {}
        return self.model(input_ids=input_ids, attention_mask=attention_mask, **types)[0]


def export(model: PreTrainedModel, file: Path, *, dynamo: bool = False, dynamic: bool = True) -> None:
    ids = torch.arange(4, 20)[None]
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if model.config.model_type == "bert" else [])]
    output = "last_hidden_state" if isinstance(model, BertModel) else "logits"
    axes = {name: {0: "batch", 1: "tokens"} for name in names}
    given = {"dynamic_shapes": list(axes.values())} if dynamo else {"dynamic_axes": axes | {output: {0: "batch"}}, "opset_version": 17}
    torch.onnx.export(
        Graph(model).eval(),  # torch puts all parts back into the mode of the whole
        (ids, torch.ones_like(ids), *([torch.zeros_like(ids)] if len(names) == 3 else [])),
        file,
        input_names=names,
        output_names=[output],
        dynamo=dynamo,
        **(given if dynamic else {}),
    )


def save_torch(model: PreTrainedModel, folder: Path, how: str) -> None:
    """As an exporter's user may leave it: one file, with its weights beside it in onnx/, or quantized beside what it was made of."""
    export(model, folder / "model.onnx", dynamo=how == "dynamo")
    if how == "quantized":
        quantize_dynamic(folder / "model.onnx", folder / "model_quantized.onnx", weight_type=QuantType.QUInt8)
    if how == "external":
        graph = onnx.load(folder / "model.onnx")
        (folder / "model.onnx").unlink()
        (folder / "onnx").mkdir()
        onnx.save(graph, folder / "onnx/model.onnx", save_as_external_data=True, location="model.onnx_data", size_threshold=0)


def save_tokenizer(source: Path, folder: Path) -> None:
    """fastBPE's two files, or of a byte-level BPE what transformers writes: tokenizer.json."""
    if source == BYTE_LEVEL:
        load_roberta_tokenizer(source).save_pretrained(folder)
    else:
        for name in ("vocab.txt", "bpe.codes"):
            shutil.copy(source / name, folder)


@torch.no_grad()
def answer(model: PreTrainedModel, source: Path, texts: list[str]) -> list:
    subwords = (load_byte_level if source == BYTE_LEVEL else load_fastbpe)(source)
    answers = []
    for text in texts:
        ids = subwords.encode(text, TOKENS)
        output = model(torch.tensor([ids]))[0]
        if isinstance(model, BertModel):
            answers.append(output[0].tolist())
        elif output.dim() == 3:
            answers.append(output[0, subwords.word_starts(ids)].softmax(-1).tolist())
        else:
            answers.append((output.sigmoid() if model.config.problem_type else output.softmax(-1)).tolist())
    return answers


def write_unfit(out: Path) -> None:
    """Graphs that lack something: a head that fills masks, a fixed length."""
    for name, model_class, options in (("masks", BertForMaskedLM, {}), ("fixed", BertForTokenClassification, {"dynamic": False})):
        folder = out / "unfit" / name
        model = random_model(model_class, TAGS, 32_000)
        model.save_pretrained(folder)
        export(model, folder / "model.onnx", **options)
        save_tokenizer(FASTBPE, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    texts = args.texts.read_text(encoding="utf-8").splitlines()
    set_seed(7)
    answers = {}
    for name, (model_class, labels, source, how) in MODELS.items():
        folder = args.out / name
        model = random_model(model_class, labels, 32_000 if source == FASTBPE else len(json.loads((source / "vocab.json").read_text())))
        model.save_pretrained(folder)
        if how:
            save_torch(model, folder, how)
            save_tokenizer(source, folder)
        answers[name] = answer(model, source, texts)
    write_unfit(args.out)
    (args.out / "reference.json").write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
