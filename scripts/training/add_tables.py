#!/usr/bin/env python3
"""Write the tables of a bundle's tokenizer into one file, which the service uses without parsing. Name the file in the manifest.

export.py and convert.py write the file too. This command is for older bundles. The manifest's SHA-256 changes, and so does the model's
version. The command needs the standard library only.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("bundle", type=Path, help="the bundle's folder")
    args = parser.parse_args()

    from bertweet.export.tokenizer_tables import add_tables

    run(parser, lambda options: add_tables(options.bundle), args)


if __name__ == "__main__":
    main()
