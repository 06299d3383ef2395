#!/usr/bin/env python3
"""Turn a checkpoint of Hugging Face's into a bundle that the service answers from, and say what int8 lost.

`--checkpoint` is a folder with config.json, model.safetensors or pytorch_model.bin, and a tokenizer: vocab.txt and bpe.codes as in
BERTweet-base, or vocab.json and merges.txt as in BERTweet-large. The model is a RoBERTa with a head for sequence classification
(one label or, by `problem_type`, several at once), token classification or masked language modelling. Nothing is downloaded.

Layers and word embeddings become int8 (or what `--bits` says), and GELU its tanh form. Give texts like those the model is for,
which it was not trained on:

- The 1st, 3rd, ... text shows which activations are outliers, to be smoothed.
- On the 2nd, 4th, ... text the bundle, in native ONNX Runtime, is compared with the checkpoint in PyTorch, fp32.

Without `--texts`, made-up rows of pieces show the outliers, and nothing is measured.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run
from bertweet.export.options import add_bundle_options


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--id", help="the bundle's id (default: made of the checkpoint folder's name)")
    parser.add_argument(
        "--task", help="the task's name, as in /v1/NAME, such as sentiment, ner or pos (default: the head's kind)"
    )
    parser.add_argument(
        "--texts", type=Path, help="a text a line, or JSON lines with text; .gz allowed; the first 400 are read"
    )
    parser.add_argument("--shard-layers", type=int, default=1, help="layers in a file (default: %(default)s)")
    add_bundle_options(parser)
    args = parser.parse_args()

    from bertweet.export.converting import convert

    run(parser, convert, args)


if __name__ == "__main__":
    main()
