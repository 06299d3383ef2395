#!/usr/bin/env python3
"""Fine-tune an encoder from the Hugging Face Hub on one or more tasks. The result is a teacher for answers.py.

The encoder keeps its own WordPiece vocabulary, and its embeddings stay fixed. Each batch has one task, and the batches are mixed.
Writes `--out` at the end and prints the tasks' dev figures. An interrupted run resumes from its last checkpoint beside `--out`.
"""

from pathlib import Path

from bertweet.command_line import add_data_options, add_run_options, add_teacher_options, named_number, new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    add_data_options(parser)
    add_teacher_options(parser)
    parser.add_argument("--frozen-layers", type=int, default=0, help="number of first layers that stay fixed (default: %(default)s)")
    parser.add_argument(
        "--task",
        type=named_number,
        action="append",
        required=True,
        metavar="NAME=PASSES",
        help="a task and its number of passes; may be given several times",
    )
    parser.add_argument(
        "--balance", type=float, default=0.5, help="class weights are frequency ** -BALANCE (default: %(default)s)"
    )
    parser.add_argument("--learning-rate", type=float, default=1e-4, help="peak learning rate of the encoder (default: %(default)s)")
    parser.add_argument(
        "--head-learning-rate", type=float, default=1e-3, help="peak learning rate of the heads, which are new (default: %(default)s)"
    )
    parser.add_argument("--teacher", type=Path, help="continue from this teacher of the same encoder, including the heads of its tasks")
    add_run_options(parser, batch_tokens=2048, save_minutes=5)
    args = parser.parse_args()

    from bertweet.training.teaching import teach

    run(parser, teach, args)


if __name__ == "__main__":
    main()
