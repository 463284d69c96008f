"""The figures of all sides as a table and as a plot of what citywise gains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

Figures = dict[str, Any]
"""`about`: what was measured; `sides`: measure to median by side."""

OURS = "citywise"
_MORE_IS_BETTER = "a second"


def show(figures: Figures) -> None:
    """Print a row a measure, with how many times better citywise is than each peer."""
    from rich.console import Console
    from rich.table import Table

    about, sides = figures["about"], figures["sides"]
    peers = [name for name in sides if name != OURS]
    table = Table(title="  ".join(f"{name}: {value}" for name, value in about.items()))
    table.add_column("measure")
    for name in (OURS, *peers, *(f"to {peer}" for peer in peers)):
        table.add_column(name, justify="right")
    for measure in sides[OURS]:
        found = [f"{sides[name][measure]:,.2f}" if measure in sides[name] else "" for name in
                 (OURS, *peers)]  # fmt: skip
        gains = (gained(figures, measure, peer) for peer in peers)
        table.add_row(measure, *found, *(f"{gain:.1f}" if gain else "" for gain in gains))
    Console(width=130).print(table)


def gained(figures: Figures, measure: str, peer: str) -> float | None:
    """How many times better citywise is than a peer; None where one of them has no such figure."""
    ours, theirs = (figures["sides"][name].get(measure) for name in (OURS, peer))
    if not ours or not theirs:
        return None
    ratio = float(ours / theirs)
    return ratio if measure.endswith(_MORE_IS_BETTER) else 1 / ratio


def plot(figures: Figures, path: Path) -> None:
    """Draw how many times better citywise is, one row a measure, one dot a peer, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "citywise"  # else each run names its parts anew
    from matplotlib import pyplot

    measures = [each for each in figures["sides"][OURS] if not each.endswith("refused")]
    figure, axes = pyplot.subplots(figsize=(9, 1 + 0.35 * len(measures)), layout="constrained")
    for peer in (name for name in figures["sides"] if name != OURS):
        gains = [(gained(figures, each, peer), row) for row, each in enumerate(measures)]
        held = [(gain, row) for gain, row in gains if gain]
        axes.plot([gain for gain, _ in held], [row for _, row in held], "o", label=peer, alpha=0.7)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yticks(range(len(measures)), measures)
    axes.invert_yaxis()
    axes.set_xlabel("times better than the peer (logarithmic)")
    axes.grid(visible=True, axis="x", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
