"""The laboratory's figures as a table, as JSON and as a plot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.laboratory.marking import Marked
from benchmarks.laboratory.measurement import NDCG, RECALL, RR, Row


def show(rows: Sequence[Row], marked: Marked | None) -> None:
    """Print one table of all test sets and, where it was measured, one of the marked sentence."""
    table = Table(title="Ranking by test set and stage")
    for column in ("set", "stage", *map(str, (NDCG, RECALL, RR)), "gain, 95 %", "ms"):
        table.add_column(column, justify="left" if column in ("set", "stage") else "right")
    last = None
    for row in rows:
        metrics = (f"{value:.4f}" for value in row.metrics.values())
        gain = f"{row.gain[0]:+.4f} … {row.gain[1]:+.4f}" if row.gain else ""
        name = f"{row.collection} ({row.questions:,})" if row.collection != last else ""
        table.add_row(name, row.variant, *metrics, gain, f"{row.milliseconds:.2f}")
        last = row.collection
    Console(width=110).print(table)
    if marked:
        _show_marked(marked)


def _show_marked(marked: Marked) -> None:
    title = f"The marked sentence holds the answer, {marked.questions:,} questions"
    table = Table(title=title)
    for name in marked.shares:
        table.add_column(name, justify="right")
    table.add_row(*(f"{share:.4f}" for share in marked.shares.values()))
    table.add_row(
        *(f"{low:+.4f} … {high:+.4f}" for low, high in marked.gains.values()), "gain, 95 %"
    )
    Console(width=110).print(table)


def write_json(rows: Sequence[Row], marked: Marked | None, path: Path) -> None:
    """Keep all figures."""
    figures = {
        "ranking": [asdict(row) for row in rows],
        "marking": asdict(marked) if marked else None,
    }
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def plot(rows: Sequence[Row], path: Path) -> None:
    """Draw nDCG@10 of each stage, one group of dots a test set, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "citywise"  # else each run names its parts anew
    from matplotlib import pyplot

    sets = list(dict.fromkeys(row.collection for row in rows))
    figure, axes = pyplot.subplots(figsize=(9, 1 + 0.4 * len(sets)), layout="constrained")
    for stage in dict.fromkeys(row.variant for row in rows):
        held = [row for row in rows if row.variant == stage]
        values = [row.metrics[str(NDCG)] for row in held]
        axes.plot(values, [sets.index(row.collection) for row in held], "o", label=stage, alpha=0.7)
    axes.set_yticks(range(len(sets)), sets)
    axes.invert_yaxis()
    axes.set_xlabel(str(NDCG))
    axes.grid(visible=True, axis="x", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
