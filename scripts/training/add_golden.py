#!/usr/bin/env python3
"""Write golden answers into the manifest of a bundle, in place of those that it may have.

The service loads a version only if it gives these answers again. export.py, convert.py and add_head.py write them too; this command
is for bundles from before. The manifest's SHA-256, which is the model's version, changes.
"""

import argparse
from pathlib import Path

from bertweet.export.golden import add_golden


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path, help="the bundle's folder")
    args = parser.parse_args()
    add_golden(args.bundle)


if __name__ == "__main__":
    main()
