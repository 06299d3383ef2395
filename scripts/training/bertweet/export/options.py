"""Options that describe a bundle, shared by export.py and convert.py. Needs the standard library alone."""

from argparse import ArgumentParser
from pathlib import Path

from bertweet.export.bits import add_bits_option


def add_bundle_options(parser: ArgumentParser) -> None:
    """`--out`, `--license`, `--description`, `--training`, `--bits`."""
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--license", default="not stated", help="of the weights (default: %(default)s)")
    parser.add_argument("--description", help="of the model (default: its sizes)")
    parser.add_argument("--training", default="not stated", help="how it was trained, and on what (default: %(default)s)")
    add_bits_option(parser)
