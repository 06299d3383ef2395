#!/usr/bin/env python3
"""Turn a model of Hugging Face's into a bundle that the service answers from. Nothing is downloaded.

There are two ways. `--checkpoint` makes layers that both engines run, in int8 or int4, and says what that lost. `--onnx` takes a graph as it
was exported, with its own head, for ONNX Runtime alone.

`--checkpoint` is a folder with config.json, model.safetensors or pytorch_model.bin, and a tokenizer: vocab.txt and bpe.codes as in
BERTweet-base, or vocab.json and merges.txt as in BERTweet-large. The model is a RoBERTa with a head for sequence classification
(one label or, by `problem_type`, several at once), token classification or masked language modelling.

Layers and word embeddings become int8 (or what `--bits` says), and GELU its tanh form. Give texts like those the model is for,
which it was not trained on:

- The 1st, 3rd, ... text shows which activations are outliers, to be smoothed.
- On the 2nd, 4th, ... text the bundle, in native ONNX Runtime, is compared with the checkpoint in PyTorch, fp32.

Without `--texts`, made-up rows of pieces show the outliers, and nothing is measured.

`--onnx` is a folder that Optimum or transformers.js made, or torch.onnx.export: model_quantized.onnx, else model.onnx, there or in onnx/; config.json;
and a tokenizer, which may be a byte-level BPE's tokenizer.json too. The model is a BERT or a RoBERTa. Its graph reads `input_ids`, and if
it wants them `attention_mask` and `token_type_ids`, of any length. It gives the `logits` of a text or of each token, or `last_hidden_state`.
Texts are normalized as BERTweet does, whatever the model was trained on.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run
from bertweet.export.options import add_bundle_options


def main() -> None:
    parser = new_parser(__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path, help="a checkpoint's folder")
    source.add_argument("--onnx", type=Path, help="an exported graph's folder")
    parser.add_argument("--id", help="the bundle's id (default: made of that folder's name)")
    parser.add_argument(
        "--task", help="the task's name, as in /v1/NAME, such as sentiment, ner or pos (default: the head's kind)"
    )
    parser.add_argument(
        "--texts", type=Path, help="a text a line, or JSON lines with text; .gz allowed; the first 400 are read"
    )
    parser.add_argument("--windows", action="store_true", help="the task reads long texts: in windows, unless a request says otherwise")
    parser.add_argument("--shard-layers", type=int, help="layers in a file (default: 1)")
    add_bundle_options(parser)
    args = parser.parse_args()

    if args.onnx:
        from bertweet.export.taking import take_onnx as work
    else:
        from bertweet.export.converting import convert as work

    run(parser, work, args)


if __name__ == "__main__":
    main()
