#!/usr/bin/env python3
"""Fine-tune the encoder on every task at once, with one linear head per task, and write `finetuned.pt`.

- Each batch has one task. A task of n texts gets `effort * epochs * (largest / n) ** (1 - temper)` passes, so that small tasks are seen
  often and large tasks still dominate.
- If a text exceeds the encoder's length, each pass reads one window of it.
- Masked-language-model batches in between keep fill-mask working. The embedding table, which fill-mask needs, stays fixed.
- With `--answers` there are also batches of texts without labels. Their loss is the divergence of all heads from the teachers'
  probabilities in the files of answers.py.
- Towards the end the encoder's matrices are rounded to int8, as in the service.
- Dev data determines each head's offset and the temperature of each classification. Test data is never opened.

An interrupted run resumes from its last checkpoint.
"""

from argparse import ArgumentParser
from pathlib import Path

from bertweet.command_line import add_data_options, add_run_options, named_number, new_parser, run


def add_named_numbers(parser: ArgumentParser, option: str, text: str) -> None:
    text = f"{text}; may be given several times"
    parser.add_argument(option, type=named_number, action="append", default=[], metavar="TASK=NUMBER", help=text)


def main() -> None:
    parser = new_parser(__doc__)
    add_data_options(parser)
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--pretrained", type=Path, required=True, help="a pretrained.pt, or a finetuned.pt to continue from")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and finetuned.pt")
    parser.add_argument("--epochs", type=float, default=2, help="passes over the largest task (default: %(default)s)")
    parser.add_argument(
        "--temper", type=float, default=0.5, help="0: all tasks equally often, 1: by their size (default: %(default)s)"
    )
    parser.add_argument("--max-passes", type=float, default=16, help="maximum number of passes over a task, before its effort (default: %(default)s)")
    add_named_numbers(parser, "--effort", "factor for a task's number of passes, instead of the one in tasks.json")
    parser.add_argument(
        "--fill-mask", type=float, default=0.06, help="number of masked batches, as a share of the labelled ones (default: %(default)s)"
    )
    parser.add_argument("--answers", type=Path, action="append", help="a file from answers.py; may be given several times")
    parser.add_argument("--answer-passes", type=int, default=2, help="passes over the texts of --answers (default: %(default)s)")
    add_named_numbers(parser, "--answer-weight", "weight of a task's answers in the loss (default: 1)")
    parser.add_argument(
        "--balance", type=float, default=0.5, help="class weights are frequency ** -BALANCE (default: %(default)s)"
    )
    parser.add_argument(
        "--quantize-from",
        type=float,
        default=0.85,
        help="share of the steps after which int8 rounding starts (default: %(default)s)",
    )
    parser.add_argument(
        "--agreement",
        type=float,
        default=1.0,
        help="weight of the divergence of int8 from float in the loss (default: %(default)s)",
    )
    parser.add_argument("--learning-rate", type=float, default=1.5e-4, help="default: %(default)s")
    add_run_options(parser, batch_tokens=2048, save_minutes=10)
    args = parser.parse_args()

    from bertweet.training.fine_tuning import fine_tune

    run(parser, fine_tune, args)


if __name__ == "__main__":
    main()
