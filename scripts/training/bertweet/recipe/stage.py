"""A stage: a command whose output is kept until something that it depends on changes."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bertweet.errors import Unusable

ROOT = Path(__file__).parents[2]
STAMP = "stage.json"
LARGE = 50_000_000  # bytes; of a larger input the size and the first megabyte are hashed

# The packages whose code a command runs. A change of another package leaves its output as it is.
CODE = {
    "prepare_data.py": ("data",),
    "learn_bpe.py": ("data",),
    "pretrain.py": ("data", "model", "teachers", "training"),
    "finetune.py": ("data", "model", "teachers", "training"),
    "teach.py": ("data", "model", "teachers", "training"),
    "answers.py": ("data", "model", "teachers"),
    "choose.py": ("data", "model", "training"),
    "export.py": ("data", "model", "export"),
    "add_exits.py": ("data", "model", "export"),
}


@dataclass(frozen=True)
class Stage:
    """Runs `command` with `options`. The options name its inputs and its folder.

    - `inputs`: files and folders that it reads, and that no earlier stage made.
    - `after`: the earlier stages whose output it reads.
    - `seconds`: how long it is expected to take.
    """

    name: str
    command: str
    options: list[str]
    inputs: list[Path]
    after: list[str]
    seconds: float = 0


def digest_of(path: Path) -> str:
    """A hash of a file, or of the names and hashes of a folder's files."""
    if path.is_dir():
        parts = [f"{child.relative_to(path)} {digest_of(child)}" for child in sorted(path.rglob("*")) if child.is_file()]
        return sha256("\n".join(parts).encode()).hexdigest()
    size = path.stat().st_size
    with path.open("rb") as file:
        content = file.read() if size <= LARGE else file.read(1_000_000)
    return sha256(f"{size} ".encode() + content).hexdigest()


def stamp_of(stage: Stage, out: Path, data: Path, earlier: dict[str, str]) -> str:
    """A hash of all that the stage's output depends on: its code, its options, its inputs, and the stamps of earlier stages."""
    code = [ROOT / stage.command, *(ROOT / "bertweet" / package for package in CODE[stage.command])]
    options = [option.replace(str(out), "OUT").replace(str(data), "DATA") for option in stage.options]
    files = [path for entry in code for path in ([entry] if entry.is_file() else sorted(entry.glob("*.py")))]
    parts = {
        "command": stage.command,
        "options": options,
        "code": [digest_of(path) for path in files],
        "inputs": [digest_of(path) for path in stage.inputs],
        "after": [earlier[name] for name in stage.after],
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def read_stamp(folder: Path) -> dict:
    path = folder / STAMP
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def run_stage(stage: Stage, out: Path, stamp: str) -> float | None:
    """Runs a stage, unless its output is there. Returns its seconds, or None if it was skipped.

    - An interrupted stage with the same stamp goes on from its checkpoint.
    - The output of another stamp is removed first.

    What the command prints goes to `log.txt` in the stage's folder, and to the terminal. Raises Unusable if the command fails.
    """
    folder = out / stage.name
    known = read_stamp(folder)
    if known.get("stamp") == stamp and known.get("done"):
        return None
    if known.get("stamp") != stamp:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    write_stamp(folder, {"stamp": stamp, "done": False})
    start = time.monotonic()
    command = [sys.executable, str(ROOT / stage.command), *stage.options]
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for part in iter(lambda: process.stdout.read1(65_536), b""):
            log.write(part)
            log.flush()
            sys.stdout.buffer.write(part)
            sys.stdout.flush()
        code = process.wait()
    if code:
        raise Unusable(f"stage {stage.name} ended with exit status {code}; {folder / 'log.txt'} says why. Start again to go on from there")
    seconds = time.monotonic() - start
    write_stamp(folder, {"stamp": stamp, "done": True, "seconds": round(seconds, 1)})
    return seconds


def write_stamp(folder: Path, content: dict) -> None:
    aside = folder / f"{STAMP}.tmp"
    aside.write_text(json.dumps(content), encoding="utf-8")
    aside.rename(folder / STAMP)
