#!/usr/bin/env python3
"""Convert `finetuned.pt` to a model bundle: quantized ONNX encoder, embedding table, heads, tokenizer files and manifest.json.

The texts of `--calibrate` show which activations are outliers and need smoothing. Matrices and word embeddings become int8, unless
`--bits` says otherwise. `--check` runs the written graph in native ONNX Runtime and compares it with the PyTorch encoder in fp32.
"""

from pathlib import Path

from bertweet.command_line import TASKS, new_parser, run
from bertweet.export.options import add_bundle_options


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="finetuned.pt from finetune.py")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with vocab.txt and bpe.codes")
    parser.add_argument("--id", required=True, help="the bundle's id, such as my-model")
    parser.add_argument(
        "--calibrate", type=Path, required=True, help="JSON lines with text, or one text per line; the first 200 are used"
    )
    parser.add_argument("--check", type=Path, help="texts in the same format; compare with fp32 on the first 200")
    parser.add_argument("--tasks", type=Path, default=TASKS, help="JSON with the tasks' default options (default: tasks.json beside this script)")
    parser.add_argument("--metrics", type=Path, help="JSON {task: {metric: value}} from `npm run evaluate -- --json`")
    add_bundle_options(parser)
    args = parser.parse_args()

    from bertweet.export.exporting import export

    run(parser, export, args)


if __name__ == "__main__":
    main()
