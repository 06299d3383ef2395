#!/usr/bin/env python3
"""Write repositories of the Hub with random weights, in the files, names and tensors that the published ones have.

The lists of files come from the repositories' pages on huggingface.co. So do the configurations where a page of config.json was at hand; for
the others the bytes that the list of files gives are met (`CONFIG_BYTES`).

- vinai/bertweet-base: tree/9493e6ce38eb and blob/1aed2742fd1c/config.json. Its 543 MB are those of the weights with a pooler, which
  RobertaForMaskedLM does not use, and two copies of the bias. It is of September 2020, so it is written as PyTorch did before 1.6.
- vinai/bertweet-large: tree/main (fad96e7).
- finiteautomata/bertweet-base-sentiment-analysis: tree/main (924fc4c).
- pysentimiento/bertweet-irony: tree/main (83492c3).
- pysentimiento/bertweet-hate-speech: blame/main/config.json (eafe10e). The other files are those of bertweet-irony.
- TweebankNLP/bertweet-tb2_ewt-pos-tagging: tree/refs/pr/1, without the safetensors that it adds. Its labels are taken to be UPOS.

All pages list `torch.LongStorage` among the imports of pytorch_model.bin: that is the buffer `position_ids`.
"""

import argparse
import json
from pathlib import Path

import torch
from transformers import RobertaConfig, set_seed

from bertweet.export.loss import MODELS
from bertweet.export.random_roberta import tokenizer_files
from bertweet.export.roberta import KINDS

BASE = {
    "attention_probs_dropout_prob": 0.1,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "gradient_checkpointing": False,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 768,
    "initializer_range": 0.02,
    "intermediate_size": 3072,
    "layer_norm_eps": 1e-05,
    "max_position_embeddings": 130,
    "model_type": "roberta",
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "pad_token_id": 1,
    "tokenizer_class": "BertweetTokenizer",
    "type_vocab_size": 1,
    "vocab_size": 64001,
}
LARGE = {
    **BASE,
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "max_position_embeddings": 514,
    "num_attention_heads": 16,
    "num_hidden_layers": 24,
    "position_embedding_type": "absolute",
    "transformers_version": "4.9.2",
    "use_cache": True,
    "vocab_size": 50265,
}
del LARGE["tokenizer_class"]
TUNED = {
    **BASE,
    "_name_or_path": "vinai/bertweet-base",
    "classifier_dropout": None,
    "position_embedding_type": "absolute",
    "torch_dtype": "float32",
    "transformers_version": "4.26.0",
    "use_cache": True,
}
SMALL = {"hidden_size": 64, "intermediate_size": 128, "num_attention_heads": 4, "num_hidden_layers": 2}
SMALL_VOCABULARY = {"fastbpe": 32_100, "byte-level": 2_800}
UPOS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()

SPECIAL = {"bos": "<s>", "eos": "</s>", "unk": "<unk>", "sep": "</s>", "pad": "<pad>", "cls": "<s>", "mask": "<mask>"}
TOKENIZER_EXTRAS = {
    "added_tokens.json": '{\n  "<mask>": 64000\n}\n',
    "special_tokens_map.json": json.dumps({f"{name}_token": token for name, token in SPECIAL.items()}, indent=2),
    "tokenizer_config.json": json.dumps(
        {"model_max_length": 128, "name_or_path": "vinai/bertweet-base", "normalization": False, "tokenizer_class": "BertweetTokenizer"}
    ),
}
PROGRAM = 'raise SystemExit("this was not to be run")\n'


def labelled(*labels: str) -> dict:
    return {"id2label": {str(at): label for at, label in enumerate(labels)}, "label2id": {label: at for at, label in enumerate(labels)}}


def page(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", "# A model", ""])


SEQUENCE, TOKENS, MASKED = KINDS
LAYOUTS = {
    "vinai/bertweet-base": (
        {"architectures": [MASKED], **BASE},
        {
            "README.md": page("license: mit"),
            "__init__.py": "",
            "flax_model.msgpack": "flax",
            "tf_model.h5": "tf",
            "tokenization_bertweet.py": PROGRAM,
            "tokenization_bertweet_fast.py": PROGRAM,
            "tokenizer.json": "{}",
            "tokenizer_config.json": '{"model_max_length": 128}',
        },
    ),
    "vinai/bertweet-large": (
        {"architectures": [MASKED], **LARGE},
        {"README.md": page("license: mit"), "tf_model.h5": "tf", "tokenizer.json": "{}"},
    ),
    "finiteautomata/bertweet-base-sentiment-analysis": (
        {"architectures": [SEQUENCE], **TUNED, **labelled("NEG", "NEU", "POS"), "problem_type": "single_label_classification"},
        {"README.md": page("language:", "- en", "tags:", "- sentiment-analysis"), "tf_model.h5": "tf", **TOKENIZER_EXTRAS},
    ),
    "pysentimiento/bertweet-irony": (
        {"architectures": [SEQUENCE], **TUNED, **labelled("not ironic", "ironic"), "problem_type": "single_label_classification"},
        {"README.md": page("library_name: pysentimiento"), **TOKENIZER_EXTRAS},
    ),
    "pysentimiento/bertweet-hate-speech": (
        {
            "architectures": [SEQUENCE],
            **TUNED,
            **labelled("hateful", "targeted", "aggressive"),
            "problem_type": "multi_label_classification",
        },
        {"README.md": page("library_name: pysentimiento"), **TOKENIZER_EXTRAS},
    ),
    "TweebankNLP/bertweet-tb2_ewt-pos-tagging": (
        {"architectures": [TOKENS], **TUNED, **labelled(*UPOS)},
        {"README.md": page("license: cc-by-nc-4.0"), "training_args.bin": "a pickle of objects", **TOKENIZER_EXTRAS},
    ),
}
# Of config.json on the pages; that of TweebankNLP is given as 1.35 kB.
CONFIG_BYTES = {
    "vinai/bertweet-base": 558,
    "vinai/bertweet-large": 614,
    "finiteautomata/bertweet-base-sentiment-analysis": 949,
    "pysentimiento/bertweet-irony": 939,
    "pysentimiento/bertweet-hate-speech": 980,
    "TweebankNLP/bertweet-tb2_ewt-pos-tagging": 1353,
}


def config_text(config: dict) -> str:
    return json.dumps(config, indent=2, sort_keys=True) + "\n"


def random_weights(config: dict) -> dict[str, torch.Tensor]:
    """A state dict with the head of the configuration, and what files of those years have beside what the model uses."""
    set_seed(0)
    [architecture], hidden = config["architectures"], config["hidden_size"]
    model = MODELS[KINDS[architecture]](RobertaConfig.from_dict({**config, "initializer_range": hidden**-0.5}))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter += 0.1 * torch.randn_like(parameter)
    weights = dict(model.state_dict())
    weights["roberta.embeddings.position_ids"] = torch.arange(config["max_position_embeddings"])[None]
    if architecture == MASKED:
        weights["lm_head.decoder.bias"] = weights["lm_head.bias"].clone()
        weights |= {"roberta.pooler.dense.weight": torch.randn(hidden, hidden), "roberta.pooler.dense.bias": torch.randn(hidden)}
    return weights


def write_repository(name: str, folder: Path, full: bool) -> None:
    config, files = LAYOUTS[name]
    byte_level = "tokenizer_class" not in config
    assert len(config_text(config)) == CONFIG_BYTES[name], (name, len(config_text(config)))
    if not full:
        config = config | SMALL | {"vocab_size": SMALL_VOCABULARY["byte-level" if byte_level else "fastbpe"]}
    tokenizer = Path("test/fixtures/tokenizer/byte-level" if byte_level else "models/bertweet-mini")
    folder.mkdir(parents=True)
    torch.save(
        random_weights(config), folder / "pytorch_model.bin", _use_new_zipfile_serialization=name != "vinai/bertweet-base"
    )
    texts = {".gitattributes": "*.bin filter=lfs\n", "config.json": config_text(config), **files}
    for file, text in (texts | tokenizer_files(tokenizer, config["vocab_size"])).items():
        (folder / file).write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="a folder with a folder for each repository, as owner/name")
    parser.add_argument("--full", action="store_true", help="with the published sizes")
    parser.add_argument("names", nargs="*", default=list(LAYOUTS), help="default: all")
    args = parser.parse_args()
    for name in args.names:
        write_repository(name, args.out / name, args.full)


if __name__ == "__main__":
    main()
