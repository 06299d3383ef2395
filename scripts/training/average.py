#!/usr/bin/env python3
"""Average the weights of fine-tuned models of which one went on from the other (Wortsman et al. 2022), and write one `finetuned.pt`.

Each model has a share. Choose the shares by the dev figures that are printed: those of int8. The temperatures are fitted on them.
"""

from pathlib import Path

from bertweet.command_line import add_data_options, named_number, new_parser, run


def named_file(argument: str) -> tuple[Path, float]:
    name, share = named_number(argument)
    return Path(name), share


def main() -> None:
    parser = new_parser(__doc__)
    add_data_options(parser)
    parser.add_argument("--bundle", type=Path, required=True, help="folder with bpe.codes and vocab.txt")
    parser.add_argument("--out", type=Path, required=True, help="file for the averaged model")
    parser.add_argument("models", nargs="+", type=named_file, metavar="FILE=SHARE", help="a finetuned.pt and its share")
    args = parser.parse_args()

    from bertweet.training.averaging import average

    run(parser, average, args)


if __name__ == "__main__":
    main()
