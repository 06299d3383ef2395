"""What several scripts read from their command line."""

from argparse import ArgumentTypeError


def named_number(argument: str) -> tuple[str, float]:
    """`NAME=NUMBER`."""
    name, _, number = argument.rpartition("=")
    try:
        return name, float(number)
    except ValueError:
        raise ArgumentTypeError(f"{argument!r} is not NAME=NUMBER") from None
