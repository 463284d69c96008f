"""The figures as a table and as a plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.scaling.measuring import Figures

LINES: dict[str, Callable[[Figures], str]] = {
    "vectors": lambda f: f"codes, then {f.compared}" if f.compared else "all compared",
    "answer, p50 ms": lambda f: f"{f.ask[0]:.1f}",
    "answer, p99 ms": lambda f: f"{f.ask[1]:.1f}",
    "answer, p50 ms of processor": lambda f: f"{f.work:.1f}",
    "… of one country": lambda f: f"{f.filtered:.1f}",
    "… nearest vectors": lambda f: f"{f.dense:.2f}",
    "… if all were compared": lambda f: "" if f.exact is None else f"{f.exact:.2f}",
    "… best by words": lambda f: f"{f.lexical:.2f}",
    "… if all were scored": lambda f: f"{f.scored:.2f}",
    "recall@10, questions": lambda f: f"{f.recall:.3f}",
    "recall@10, build": lambda f: f"{f.stated:.3f}",
    "load, s": lambda f: f"{f.load:.2f}",
    "first answer, ms": lambda f: f"{f.first:.0f}",
    "memory of its own, MB": lambda f: f"{f.anonymous:.0f}",
    "resident with mapped files, MB": lambda f: f"{f.resident:.0f}",
    "disk, MB": lambda f: f"{f.disk:,.0f}",
}


def show(figures: Sequence[Figures]) -> None:
    """Print a column for each collection, and how much an answer's time grows."""
    table = Table(title="As the collection grows")
    table.add_column("passages")
    for each in figures:
        table.add_column(f"{each.passages:,}", justify="right")
    for name, line in LINES.items():
        table.add_row(name, *map(line, figures))
    Console(width=110).print(table)
    first, last = figures[0], figures[-1]
    print(
        f"{last.passages / first.passages:.0f} times the passages take "
        f"{last.ask[0] / first.ask[0]:.1f} times as long, "
        f"{last.work / first.work:.1f} times the processor"
    )


def plot(figures: Sequence[Figures], path: Path) -> None:
    """Draw an answer's time and its parts against the number of passages, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "citywise"  # else each run names its parts anew
    from matplotlib import pyplot

    drawn: dict[str, Callable[[Figures], float]] = {
        "an answer": lambda f: f.work,
        "nearest vectors": lambda f: f.dense,
        "best by words": lambda f: f.lexical,
        "if all were scored by words": lambda f: f.scored,
    }
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for name, value in drawn.items():
        axes.plot([f.passages for f in figures], [value(f) for f in figures], "o-", label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("passages")
    axes.set_ylabel("ms of processor, median")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
