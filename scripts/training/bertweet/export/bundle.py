"""The files of a bundle and the manifest that lists them. The same input gives the same bytes."""

import hashlib
from pathlib import Path

import numpy as np

from bertweet.export.manifest import listing_of, write_manifest

ALIGNMENT = 4  # a JavaScript Float32Array needs an offset that is a multiple of 4


class TensorFile:
    """Tensors one after another in a file, little-endian and row-major. Each starts at a multiple of 4 bytes."""

    def __init__(self, name: str, entries: dict[str, dict]):
        """`entries` is the manifest's `tensors`. Each tensor is added to it."""
        self.name, self.entries, self.data = name, entries, bytearray()

    def add(self, name: str, array: np.ndarray) -> str:
        """Appends an int8 or float32 tensor and returns its name."""
        return self.add_as(name, {"dtype": array.dtype.name, "shape": list(array.shape)}, array)

    def add_as(self, name: str, entry: dict, array: np.ndarray) -> str:
        """Appends `array`. Adds file and offset to its manifest entry `entry`. Returns the name."""
        self.data += bytes(-len(self.data) % ALIGNMENT)
        self.entries[name] = {"file": self.name, "offset": len(self.data), **entry}
        self.data += np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        return name


def hash_chunks(data: bytes | bytearray, size: int) -> bytes:
    """The SHA-256 (32 bytes) of each chunk of `size` bytes, one after another. The last chunk may be shorter."""
    view = memoryview(data)
    return b"".join(hashlib.sha256(view[start : start + size]).digest() for start in range(0, len(view), size))


def write_bundle(folder: Path, files: dict[str, bytes | bytearray], manifest: dict) -> None:
    """Writes `files`, and `manifest.json` with their sizes and SHA-256 added. Prints what it wrote."""
    folder.mkdir(parents=True, exist_ok=True)
    listing = {}
    for name, data in sorted(files.items()):
        (folder / name).write_bytes(data)
        listing[name] = listing_of(data)
        print(f"{len(data):12,} {name}")
    size = write_manifest(folder, {**manifest, "files": listing})
    print(f"{size:12,} manifest.json\n{sum(map(len, files.values())):12,} in all files")
