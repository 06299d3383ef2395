#!/usr/bin/env python3
"""Write the default options of tasks from tasks.json into the manifest of a bundle. They apply if a request does not set them.

- `windows` in tasks.json: the task is for long texts and reads them in windows.
- `default` in tasks.json: the tag set is the default one of several.

export.py writes these options too. This command is for older bundles. The manifest's SHA-256 changes, and so does the model's version.
Weights and golden answers do not change.
"""

from pathlib import Path

from bertweet.command_line import TASKS, new_parser, run


def main() -> None:
    parser = new_parser(__doc__)
    parser.add_argument("bundle", type=Path, help="the bundle's folder")
    parser.add_argument("--tasks", type=Path, default=TASKS, help="default: tasks.json beside this script")
    args = parser.parse_args()

    from bertweet.data.files import read_entries
    from bertweet.export.manifest import set_defaults

    run(parser, lambda options: set_defaults(options.bundle, read_entries(options.tasks)), args)


if __name__ == "__main__":
    main()
