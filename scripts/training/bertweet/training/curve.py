"""The loss curve of a run, as a CSV file that `recipe.py` plots."""

from pathlib import Path

EVERY = 10  # steps between two points


class Curve:
    """Appends `step,loss` to a file. Points at and after `start` are removed first: a resumed run repeats these steps."""

    def __init__(self, path: Path, start: int):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if start and path.exists() else []
        kept = [line for line in lines if int(line.split(",")[0]) < start]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")

    def add(self, step: int, loss: float) -> None:
        """Notes the loss of a step, if it is one of every EVERY."""
        if step % EVERY == 0:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{step},{loss:.5f}\n")
