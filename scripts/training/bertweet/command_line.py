"""Common options of the commands, and how commands start.

This module needs only the standard library. A command imports the module that does its work after it has read its options, so
`--help` works without any package installed.
"""

from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path

from bertweet.errors import Unusable

TASKS = Path(__file__).parents[1] / "tasks.json"


def new_parser(description: str | None) -> ArgumentParser:
    """A parser whose help shows `description` line by line."""
    return ArgumentParser(description=description, formatter_class=RawDescriptionHelpFormatter)


def run(parser: ArgumentParser, work: Callable[[Namespace], None], args: Namespace) -> None:
    """Calls `work` with the options, on `--device` if the command has that option.

    An `Unusable` becomes the parser's error: its message and exit status 2.
    """
    try:
        if device := getattr(args, "device", None):
            use_device(device)
        work(args)
    except Unusable as error:
        parser.error(str(error))


def use_device(device: str) -> None:
    """Makes PyTorch put every new tensor and module on `device`. Raises Unusable for a GPU that is not there."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise Unusable("PyTorch finds no GPU: --device cuda needs one, and a build of PyTorch with CUDA")
    torch.set_default_device(device)


def named_number(argument: str) -> tuple[str, float]:
    """`NAME=NUMBER`. Raises ArgumentTypeError for anything else."""
    name, _, number = argument.rpartition("=")
    try:
        return name, float(number)
    except ValueError:
        raise ArgumentTypeError(f"{argument!r} is not NAME=NUMBER") from None


def add_data_options(parser: ArgumentParser) -> None:
    """`--data`, `--tasks`, `--limit`."""
    parser.add_argument("--data", type=Path, required=True, help="folder with a folder for each task")
    parser.add_argument(
        "--tasks",
        type=Path,
        default=TASKS,
        help="JSON with each task's folder and metric (default: tasks.json beside this script)",
    )
    parser.add_argument("--limit", type=int, help="use only the first N texts of each split (smoke run)")


def add_run_options(parser: ArgumentParser, *, batch_tokens: int, save_minutes: float) -> None:
    """`--batch-tokens`, `--save-minutes`, `--seed`, with these defaults."""
    parser.add_argument(
        "--batch-tokens", type=int, default=batch_tokens, help="tokens in a batch, including padding (default: %(default)s)"
    )
    parser.add_argument(
        "--save-minutes", type=float, default=save_minutes, help="minutes between two checkpoints (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    add_device_option(parser)


def add_device_option(parser: ArgumentParser) -> None:
    """`--device`."""
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="default: %(default)s")


def add_teacher_options(parser: ArgumentParser) -> None:
    """`--encoder` and `--out`."""
    parser.add_argument("--out", type=Path, required=True, help="file for the teacher")
    parser.add_argument(
        "--encoder",
        type=Path,
        help="folder with config.json, tokenizer.json and model.safetensors (default: the installed all-MiniLM-L6-v2)",
    )
