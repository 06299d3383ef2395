#!/usr/bin/env python3
"""Answer texts by a checkpoint in PyTorch, fp32. `npm run compare` runs it.

A line of standard input is `{"task": NAME, "windows": BOOL, "inputs": [{"text": ...} or {"tokens": [...]}, ...]}`. For each, a line
of standard output holds a list for each input, of `{"label", "probabilities"}`: one for a text, one for each token that the encoder
read. `probabilities` holds every label's, calibrated.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="finetuned.pt as finetune.py wrote it")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with vocab.txt and bpe.codes")
    args = parser.parse_args()

    from bertweet.model.predicting import predict_lines

    run(parser, predict_lines, args)


if __name__ == "__main__":
    main()
