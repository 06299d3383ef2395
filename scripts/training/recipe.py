#!/usr/bin/env python3
"""Make a bundle from tweets and task data: `recipe.sh DATA OUT [--device cpu|cuda] [--hours H]`.

Stages: data, vocabulary, masked-language-model training with distillation, fine-tuning on all tasks with int8 rounding at the end, rounds of
teachers and their answers, export. `recipe.toml` has every setting.

- The plan follows from the data, the measured speed of the device, and --hours. It is printed first; --plan stops there.
- A stage is skipped if its output is there and nothing that it depends on has changed: its code, its options, its inputs.
- A run that was interrupted goes on from its last checkpoint: start the same command again.
- OUT/curves.svg has the loss curves, OUT/<stage>/log.txt what a stage printed.

DATA is a folder with tweets.txt.gz (one raw tweet a line) and a folder for each task of tasks.json, with train and dev as JSON lines
{"text","label"} or CoNLL. Test sets are read for one purpose: no tweet that is nearly the same as one of theirs is trained on.
"""

from pathlib import Path

from bertweet.command_line import TASKS, new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with tweets.txt.gz and the tasks' folders")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for the stages and the bundle")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="default: %(default)s")
    parser.add_argument("--hours", type=float, default=15, help="time for the whole run (default: %(default)s)")
    parser.add_argument("--config", type=Path, default=TASKS.with_name("recipe.toml"), help="default: recipe.toml beside this script")
    parser.add_argument("--tasks", type=Path, default=TASKS, help="JSON with each task's folder and metric (default: tasks.json beside this script)")
    parser.add_argument("--id", help="the bundle's id, instead of the one in the configuration")
    parser.add_argument("--plan", action="store_true", help="prepare data and vocabulary, print the plan, and stop")
    parser.add_argument("--tiny", action="store_true", help="a few texts a stage, to see that every stage runs")
    args = parser.parse_args()

    from bertweet.recipe.running import run_recipe

    run(parser, run_recipe, args)


if __name__ == "__main__":
    main()
