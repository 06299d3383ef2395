#!/usr/bin/env python3
"""Write a checkpoint in Hugging Face's format with random weights, for tests and benchmarks. By default it has BERTweet-base's sizes.

Every tensor is random, including biases and norms. The tokenizer comes from `--tokenizer` (fastBPE or byte-level BPE). Its vocabulary is
filled up with pieces that no text has. Without `--tokenizer` it is fastBPE with single characters as pieces. BERTweet-large's sizes:
`--layers 24 --hidden 1024 --heads 16 --ffn 4096 --vocab-size 50265 --tokens 512`.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run

HEADS = ("classification", "multi-label", "tagging", "fill-mask")
SIZES = {"layers": 12, "hidden": 768, "heads": 12, "ffn": 3072, "vocab-size": 64_001, "tokens": 128}


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--tokenizer", type=Path, help="folder with vocab.txt and bpe.codes, or vocab.json and merges.txt")
    parser.add_argument("--head", choices=HEADS, default="classification", help="default: %(default)s")
    parser.add_argument("--bin", action="store_true", help="write pytorch_model.bin instead of model.safetensors")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    for name, size in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=size, help="default: %(default)s")
    args = parser.parse_args()

    from bertweet.export.random_roberta import write_random_checkpoint

    run(parser, write_random_checkpoint, args)


if __name__ == "__main__":
    main()
