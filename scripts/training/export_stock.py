#!/usr/bin/env python3
"""Export the same weights the usual way, for `npm run bench -- --stock`: a Hugging Face BertModel, torch.onnx.export, quantize_dynamic.

Ids and attention mask are the first two columns of a float input `hidden` [1, tokens, hidden]. So the Worker's own code can run this
graph, at the cost of a slice and a cast. Writes one file.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="finetuned.pt from finetune.py")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    args = parser.parse_args()

    from bertweet.export.stock import export_stock

    run(parser, export_stock, args)


if __name__ == "__main__":
    main()
