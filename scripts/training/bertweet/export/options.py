"""Options that describe a bundle, shared by export.py and convert.py. Needs the standard library only."""

from argparse import ArgumentParser
from pathlib import Path

from bertweet.export.bits import add_bits_option


def add_bundle_options(parser: ArgumentParser) -> None:
    """`--out`, `--license`, `--description`, `--training`, `--bits`."""
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--license", default="not stated", help="license of the weights (default: %(default)s)")
    parser.add_argument("--description", help="description of the model (default: its sizes)")
    parser.add_argument("--training", default="not stated", help="how and on which data the model was trained (default: %(default)s)")
    add_bits_option(parser)
