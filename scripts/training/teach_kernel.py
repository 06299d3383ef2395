#!/usr/bin/env python3
"""Fit kernel machines on a frozen encoder's sentence embeddings, one a classification: a teacher that answers.py asks.

A kernel machine sees only what a text means as a whole. So it errs on other texts than a fine-tuned encoder, which can learn
single words of a small training set by heart. With such embeddings Indurthi et al. won SemEval-2019 Task 5. Writes `--out` at the
end and prints the tasks' dev figures.
"""

from bertweet.command_line import add_data_options, add_teacher_options, new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    add_data_options(parser)
    add_teacher_options(parser)
    parser.add_argument("--task", action="append", required=True, metavar="NAME", help="may be given several times")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    args = parser.parse_args()

    from bertweet.training.teaching import teach_kernel

    run(parser, teach_kernel, args)


if __name__ == "__main__":
    main()
