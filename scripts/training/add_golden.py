#!/usr/bin/env python3
"""Write golden answers into the manifest of a bundle, and replace existing ones.

The service loads a version only if it gives these answers again. export.py, convert.py and add_head.py write them too. This command
is for older bundles. The manifest's SHA-256 changes, and so does the model's version.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("bundle", type=Path, help="the bundle's folder")
    args = parser.parse_args()

    from bertweet.export.golden import add_golden

    run(parser, lambda options: add_golden(options.bundle), args)


if __name__ == "__main__":
    main()
