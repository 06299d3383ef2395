"""Number of bits for the weights of each part of a model: `--bits PART=BITS`. Default: 8."""

import argparse
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Bits:
    """8, or 4 in groups of 32 (`quantize_groups`).

    `words` is the embedding table. `ffn` is both matrices of every layer's feed-forward part. ONNX Runtime's WebAssembly would expand
    int4 matrices to float32, so the service runs such layers with the engine `simd` only.
    """

    words: int = 8
    ffn: int = 8


PARTS = [part.name for part in fields(Bits)]


def add_bits_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--bits`. `args.bits` is a list of (part, bits), for `Bits(**dict(args.bits))`."""
    parser.add_argument(
        "--bits",
        type=read_bits,
        action="append",
        default=[],
        metavar="PART=BITS",
        help="words=4 (the embedding table) or ffn=4 (feed-forward matrices, for the engine simd only); may be given twice; default: 8",
    )


def read_bits(text: str) -> tuple[str, int]:
    """`PART=BITS`. Raises ArgumentTypeError."""
    part, _, bits = text.partition("=")
    if part not in PARTS or bits not in ("4", "8"):
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(f'{name}=4, {name}=8' for name in PARTS)}")
    return part, int(bits)
