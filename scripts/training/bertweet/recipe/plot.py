"""The loss curves of all training stages as one SVG."""

from html import escape
from pathlib import Path

WIDTH, HEIGHT, MARGIN, COLUMNS = 300, 180, 36, 2


def read_curve(path: Path) -> list[tuple[int, float]]:
    """(step, loss) of each point of a curve."""
    rows = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
    return [(int(step), float(loss)) for step, loss in rows]


def panel(name: str, curve: list[tuple[int, float]], left: int, top: int) -> str:
    """One curve with its axes' ends."""
    steps, losses = [step for step, _ in curve], [loss for _, loss in curve]
    low, high = min(losses), max(losses)
    inner_width, inner_height = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN

    def place(step: int, loss: float) -> str:
        x = left + MARGIN + inner_width * step / max(1, steps[-1])
        y = top + MARGIN + inner_height * (high - loss) / max(1e-9, high - low)
        return f"{x:.1f},{y:.1f}"

    points = " ".join(place(step, loss) for step, loss in curve)
    bottom = top + HEIGHT - MARGIN
    return (
        f'<text x="{left + MARGIN}" y="{top + 20}">{escape(name)}</text>'
        f'<text x="{left + 2}" y="{top + MARGIN + 4}">{high:.2f}</text><text x="{left + 2}" y="{bottom}">{low:.2f}</text>'
        f'<text x="{left + WIDTH - MARGIN}" y="{bottom + 14}" text-anchor="end">step {steps[-1]}</text>'
        f'<path d="M{left + MARGIN} {top + MARGIN}V{bottom}H{left + WIDTH - MARGIN}" fill="none" stroke="#999"/>'
        f'<polyline points="{points}" fill="none" stroke="#0072b2" stroke-width="1.5"/>'
    )


def plot_curves(out: Path) -> Path:
    """Writes `curves.svg` from every curve below `out`. Returns its path."""
    curves = [(path.parent.name, curve) for path in sorted(out.glob("*/*-curve.csv")) if (curve := read_curve(path))]
    panels = [
        panel(name, curve, number % COLUMNS * WIDTH, number // COLUMNS * HEIGHT) for number, (name, curve) in enumerate(curves)
    ]
    height = HEIGHT * max(1, -(-len(curves) // COLUMNS))
    path = out / "curves.svg"
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * COLUMNS} {height}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(panels)}</svg>\n',
        encoding="utf-8",
    )
    return path
