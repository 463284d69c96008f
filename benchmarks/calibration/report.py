"""Weights as JSON, and what they are worth as a table, as JSON and as a diagram."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from statistics import fmean

from benchmarks.calibration.judging import Bin, Judged
from search_api.engine.confidence import SIGNALS, Logistic

BEGIN, END = "<!-- measured -->", "<!-- end -->"


def write_weights(weights: Logistic, path: Path) -> None:
    """Keep weights as the engine reads them."""
    columns = zip(SIGNALS, weights.means, weights.scales, weights.weights, strict=True)
    signals = {
        name: {"mean": round(mean, 6), "scale": round(scale, 6), "weight": round(weight, 6)}
        for name, mean, scale, weight in columns
    }
    found = {"intercept": round(weights.intercept, 6), "signals": signals}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def average(judged: Mapping[str, Judged]) -> Judged:
    """The mean over sets, and all their questions."""
    held = list(judged.values())
    means = {
        field.name: fmean(getattr(one, field.name) for one in held) for field in fields(Judged)[1:]
    }
    return Judged(sum(one.questions for one in held), **means)


def write_json(judged: Mapping[str, Judged], bins: Sequence[Bin], path: Path) -> None:
    """Keep all figures."""
    sets = {name: asdict(one) for name, one in judged.items()}
    found = {"sets": sets, "mean": asdict(average(judged)), "reliability": list(map(asdict, bins))}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def tables(judged: Mapping[str, Judged], bins: Sequence[Bin]) -> str:
    """All figures as Markdown."""
    lines = [
        "| set (questions) | AUROC far | near | cosine alone, far | near | Brier | of a constant "
        "| strong, far | strong, near | none, answerable |",
        "|---|" + "---|" * 9,
    ]
    for name, one in {**judged, "**mean**": average(judged)}.items():
        figures = [getattr(one, field.name) for field in fields(Judged)[1:]]
        cells = [f"{value:.3f}" for value in figures]
        lines.append(f"| {name} ({one.questions:,}) | " + " | ".join(cells) + " |")
    lines += ["", "| confidence | first excerpts | relevant |", "|---|---|---|"]
    lines += [f"| {b.confidence:.2f} | {b.count:,} | {b.relevant:.2f} |" for b in bins]
    return "\n".join(lines)


def put_into(page: Path, text: str) -> None:
    """Replace what a page holds between its marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    behind = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{behind}", encoding="utf-8")


def plot(bins: Sequence[Bin], path: Path) -> None:
    """Draw the reliability diagram as SVG; a dot's area shows how many excerpts it is of."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "citywise"  # else each run names its parts anew
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 5), layout="constrained")
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", label="exact")
    sizes = [bin_.count / 4 for bin_ in bins]
    axes.scatter(
        [b.confidence for b in bins], [b.relevant for b in bins], s=sizes, label="measured"
    )
    axes.set_xlabel("confidence")
    axes.set_ylabel("share of first excerpts that are relevant")
    axes.legend()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
