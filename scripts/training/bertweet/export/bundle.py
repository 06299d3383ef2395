"""The files of a bundle and the manifest that lists them. The same input gives the same bytes."""

import hashlib
import json
from pathlib import Path

import numpy as np

ALIGNMENT = 4  # what a JavaScript Float32Array asks of its offset


class TensorFile:
    """Tensors one after another in a file, little-endian and row-major, each at a multiple of 4 bytes."""

    def __init__(self, name: str, entries: dict[str, dict]):
        """`entries` is the manifest's `tensors`, which each tensor is added to."""
        self.name, self.entries, self.data = name, entries, bytearray()

    def add(self, name: str, array: np.ndarray) -> str:
        """Appends an int8 or float32 tensor and returns its name."""
        return self.add_as(name, {"dtype": array.dtype.name, "shape": list(array.shape)}, array)

    def add_as(self, name: str, entry: dict, array: np.ndarray) -> str:
        """Appends `array` with the manifest entry `entry`, to which file and offset are added. Returns the name."""
        self.data += bytes(-len(self.data) % ALIGNMENT)
        self.entries[name] = {"file": self.name, "offset": len(self.data), **entry}
        self.data += np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        return name


def hash_chunks(data: bytes | bytearray, size: int) -> bytes:
    """The SHA-256 (32 bytes) of each run of `size` bytes, the last maybe shorter, one after another."""
    view = memoryview(data)
    return b"".join(hashlib.sha256(view[start : start + size]).digest() for start in range(0, len(view), size))


def write_bundle(folder: Path, files: dict[str, bytes | bytearray], manifest: dict) -> None:
    """Writes `files` and, with their sizes and SHA-256 added, `manifest.json`; prints what it wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    listing = {}
    for name, data in sorted(files.items()):
        (folder / name).write_bytes(data)
        listing[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        print(f"{len(data):12,} {name}")
    text = json.dumps({**manifest, "files": listing}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    print(f"{len(text.encode()):12,} manifest.json\n{sum(map(len, files.values())):12,} in all files")
