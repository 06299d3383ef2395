"""A bundle's manifest.json, and the default options of tasks from tasks.json. Needs the standard library only."""

import hashlib
import json
from pathlib import Path

from bertweet.errors import Unusable

LONG_TEXTS = {"truncation": "window"}
DEFAULT = {"default": True}


def read_manifest(folder: Path) -> dict:
    """The manifest of a bundle. Raises Unusable if the folder lacks it."""
    path = folder / "manifest.json"
    if not path.exists():
        raise Unusable(f"{folder} has no manifest.json")
    return json.loads(path.read_text(encoding="utf-8"))


def write_manifest(folder: Path, manifest: dict) -> int:
    """Writes the manifest. The same manifest always gives the same bytes. Returns their number."""
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return len(text.encode())


def listing_of(data: bytes | bytearray) -> dict:
    """A file's entry in the manifest's `files`."""
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def asked_by_default(entry: dict) -> dict:
    """A task's default options in the manifest's format, from its entry in tasks.json: `windows`, and a tag set's `default`."""
    return (LONG_TEXTS if entry.get("windows") else {}) | (DEFAULT if entry.get("default") else {})


def set_defaults(folder: Path, entries: dict[str, dict]) -> None:
    """Writes the default options of `entries` (tasks.json) into a bundle's manifest. Replaces existing ones."""
    manifest = read_manifest(folder)
    for name, task in manifest["tasks"].items():
        for key in LONG_TEXTS | DEFAULT:
            task.pop(key, None)
        task |= asked_by_default(entries.get(name, {}))
        print(f"{name}: {asked_by_default(entries.get(name, {})) or 'as usual'}")
    write_manifest(folder, manifest)
