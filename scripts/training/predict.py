#!/usr/bin/env python3
"""Predict labels with a checkpoint in PyTorch, fp32. `npm run compare` runs it.

Each line of standard input is `{"task": NAME, "windows": BOOL, "inputs": [{"text": ...} or {"tokens": [...]}, ...]}`. The same line of
standard output has a list of `{"label", "probabilities"}` for each input. A text has one of them. Tokens have one for each token that the
encoder read. `probabilities` has the calibrated probability of every label.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="finetuned.pt from finetune.py")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with vocab.txt and bpe.codes")
    args = parser.parse_args()

    from bertweet.model.predicting import predict_lines

    run(parser, predict_lines, args)


if __name__ == "__main__":
    main()
