#!/usr/bin/env python3
"""Turn `finetuned.pt` into a model bundle: quantized ONNX encoder, embedding table, heads, tokenizer files and manifest.json.

The texts of `--calibrate` show which activations are outliers, to be smoothed. Matrices and word embeddings become int8, or what
`--bits` says. `--check` runs the written graph in native ONNX Runtime and compares it with the PyTorch encoder in fp32.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run
from bertweet.export.options import add_bundle_options


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="finetuned.pt as finetune.py wrote it")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with vocab.txt and bpe.codes")
    parser.add_argument("--id", required=True, help="the bundle's id, such as my-model")
    parser.add_argument(
        "--calibrate", type=Path, required=True, help="JSON lines with text, or a text a line; the first 200 are read"
    )
    parser.add_argument("--check", type=Path, help="the same: compare with fp32 on the first 200")
    parser.add_argument("--metrics", type=Path, help="JSON {task: {metric: value}}, as `npm run evaluate -- --json` writes it")
    add_bundle_options(parser)
    args = parser.parse_args()

    from bertweet.export.exporting import export

    run(parser, export, args)


if __name__ == "__main__":
    main()
