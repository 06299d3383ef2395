#!/usr/bin/env python3
"""Turn a bundle that export.py made back into `finetuned.pt`, so that finetune.py and answers.py can go on from published weights.

The weights are the bundle's, dequantized: precision that int8 lost does not come back. What smoothing moved between matrices is
moved back. Bundles of int4 can't be restored.
"""

from pathlib import Path

from bertweet.command_line import new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--out", type=Path, required=True, help="file for the checkpoint")
    args = parser.parse_args()

    from bertweet.export.restoring import restore

    run(parser, restore, args)


if __name__ == "__main__":
    main()
