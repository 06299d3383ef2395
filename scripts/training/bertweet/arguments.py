"""What several scripts read from their command line."""

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path

from bertweet.teachers.minilm import FOLDER

TASKS = Path(__file__).parent.with_name("tasks.json")


def named_number(argument: str) -> tuple[str, float]:
    """`NAME=NUMBER`."""
    name, _, number = argument.rpartition("=")
    try:
        return name, float(number)
    except ValueError:
        raise ArgumentTypeError(f"{argument!r} is not NAME=NUMBER") from None


def teacher_parser(description: str) -> ArgumentParser:
    """What every script that makes a teacher asks for; its tasks' names it adds itself."""
    parser = ArgumentParser(description=description, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with a folder for each task")
    parser.add_argument("--out", type=Path, required=True, help="file for the teacher")
    parser.add_argument(
        "--encoder", type=Path, default=FOLDER,
        help="folder of the encoder: config.json, tokenizer.json, model.safetensors; all-MiniLM-L6-v2 where nothing is said",
    )
    parser.add_argument("--tasks", type=Path, default=TASKS, help="names, folders, metrics")
    parser.add_argument("--seed", type=int, default=1)
    return parser
