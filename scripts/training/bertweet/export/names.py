"""Names that the service accepts, as in src/bundle/manifest.ts."""

import re
from pathlib import Path

from bertweet.errors import Unusable

ID = re.compile(r"[a-z0-9][a-z0-9-]*")
TASK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+)?")


def check_id(name: str) -> str:
    """Returns `name` if it can be a bundle's id. Raises Unusable otherwise."""
    if not ID.fullmatch(name):
        raise Unusable(f'"{name}" is no id of a bundle: lower-case letters, digits and hyphens')
    return name


def id_of(folder: Path) -> str:
    """An id made from the folder's name."""
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")


def check_task(name: str) -> str:
    """Returns `name` if it can be a task's name. Raises Unusable otherwise."""
    if not TASK.fullmatch(name):
        raise Unusable(f'"{name}" is no name of a task: lower-case letters, digits and single hyphens')
    return name


def check_new_task(name: str, tasks: dict[str, dict]) -> str:
    """Returns `name` if a task with this name can be added to a bundle with these tasks. Raises Unusable otherwise."""
    check_task(name)
    if name in tasks:
        raise Unusable(f"the bundle has a task {name} already")
    for other in tasks:
        if other.startswith(f"{name}/") or name.startswith(f"{other}/"):
            raise Unusable(f"/v1/{name.split('/')[0]} could not tell {name} from the bundle's {other}")
    return name
