#!/usr/bin/env python3
"""Let teachers label texts without labels, so that finetune.py can learn from their probabilities (Hinton et al. 2015).

The texts are a sample of the unlabelled tweets and the tasks' training texts. BERTweet's normalization splits each text into words,
so that teachers with other vocabularies answer for the same words.

- The teachers are a multi-task model and the files of teach.py.
- If several have a task, the result is the weighted mean of their probabilities (`--own-share`).
- Without other teachers, the model's own answers keep all heads stable while finetune.py changes one of them.
"""

from pathlib import Path

from bertweet.command_line import TASKS, add_device_option, named_number, new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with tweets.txt.gz and the tasks' folders")
    parser.add_argument(
        "--tasks", type=Path, default=TASKS, help="JSON with each task's folder (default: tasks.json beside this script)"
    )
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument(
        "--teacher",
        type=Path,
        action="append",
        default=[],
        help="file from teach.py; may be given several times",
    )
    parser.add_argument("--finetuned", type=Path, required=True, help="finetuned.pt of a multi-task model")
    parser.add_argument(
        "--own-share",
        type=named_number,
        action="append",
        default=[],
        metavar="TASK=SHARE",
        help="weight of the multi-task model's answers in a task's mean; each teacher has weight 1 (default: 1)",
    )
    parser.add_argument("--out", type=Path, required=True, help="file for the answers")
    parser.add_argument("--texts", type=int, default=40_000, help="number of texts (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    add_device_option(parser)
    args = parser.parse_args()

    from bertweet.teachers.asking import ask_all

    run(parser, ask_all, args)


if __name__ == "__main__":
    main()
