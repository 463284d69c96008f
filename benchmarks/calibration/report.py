"""Weights as JSON, and what they are worth as a table, as JSON and as a diagram."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.calibration.cases import SPARSE
from benchmarks.calibration.judging import Bin, Judged
from search_api.engine.confidence import Confidence, Logistic

HEADS = {
    "far": "AUROC far",
    "cosine_far": "cosine alone",
    "near": "near",
    "cosine_near": "cosine alone",
    "near_most": "most possible",
    "near_found": "near, found",
    "cosine_found": "cosine alone",
    "brier": "Brier",
    "constant_brier": "of a constant",
    "strong": "strong, answerable",
    "strong_near": "strong, near",
    "strong_far": "strong, far",
    "none": "none, answerable",
    "none_far": "none, far",
}
"""What a column of figures is called."""

BEGIN, END = "<!-- measured -->", "<!-- end -->"


def write_weights(weights: Confidence, path: Path) -> None:
    """Keep weights as the engine reads them."""
    found = {"subject": _written(weights.subject), "answer": _written(weights.answer)}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _written(weights: Logistic) -> dict[str, Any]:
    columns = zip(weights.names, weights.means, weights.scales, weights.weights, strict=True)
    signals = {
        name: {"mean": round(mean, 6), "scale": round(scale, 6), "weight": round(weight, 6)}
        for name, mean, scale, weight in columns
    }
    return {"intercept": round(weights.intercept, 6), "signals": signals}


def average(judged: Mapping[str, Judged]) -> Judged:
    """The mean over sets, and all their questions."""
    held = list(judged.values())
    means = {
        field.name: fmean(getattr(one, field.name) for one in held) for field in fields(Judged)[1:]
    }
    return Judged(sum(one.questions for one in held), **means)


def with_means(judged: Mapping[str, Judged]) -> dict[str, Judged]:
    """All sets, and below them the mean of the sparse ones and of all."""
    sparse = {name: one for name, one in judged.items() if name in SPARSE}
    means = {"mean of those in italics": average(sparse)} if sparse else {}
    return {**judged, **means, "mean": average(judged)}


def write_json(judged: Mapping[str, Judged], bins: Sequence[Bin], path: Path) -> None:
    """Keep all figures."""
    sets = {name: asdict(one) for name, one in with_means(judged).items()}
    found = {"sets": sets, "reliability": list(map(asdict, bins))}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def tables(judged: Mapping[str, Judged], bins: Sequence[Bin]) -> str:
    """All figures as Markdown."""
    rows = with_means(judged)
    order = _table(rows, "far", "cosine_far", "near", "cosine_near", "near_most", "near_found",
                   "cosine_found")  # fmt: skip
    sure = _table(rows, "brier", "constant_brier", "strong", "strong_near", "strong_far", "none",
                  "none_far")  # fmt: skip
    curve = ["| confidence | best excerpts | relevant |", "|---|---|---|"]
    curve += [f"| {b.confidence:.2f} | {b.count:,} | {b.relevant:.2f} |" for b in bins]
    return "\n".join([*order, "", *sure, "", *curve])


def _table(rows: Mapping[str, Judged], *columns: str) -> list[str]:
    heads = " | ".join(HEADS[column] for column in columns)
    lines = [f"| set (questions) | {heads} |", "|---|" + "---|" * len(columns)]
    for name, one in rows.items():
        cells = " | ".join(f"{getattr(one, column):.3f}" for column in columns)
        shown = f"*{name}*" if name in SPARSE else name
        lines.append(f"| {shown} ({one.questions:,}) | {cells} |")
    return lines


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
    axes.set_ylabel("share of best excerpts that are relevant")
    axes.legend()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
