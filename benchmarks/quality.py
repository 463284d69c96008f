"""Ranking and excerpts on every public test set, each stage beside the one before it.

    make quality            or            python -m benchmarks.quality --only cranfield medline
                                          python -m benchmarks.quality --choose --sample 100

Sets are indexed through the ordinary code path, with vectors from the cache; of a set with very
many questions a fixed sample is asked. Gains carry a 95 % interval from a paired bootstrap over
questions. Figures are kept as JSON and as a plot.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

RESULTS = Path("benchmarks/results")

PLACES = (" place", " alias")
"""Questions about a place are ranked by rules of their own."""


def main() -> None:
    """Measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="these sets alone")
    parser.add_argument("--sample", type=int, default=500, help="most questions asked of a set")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for JSON and plot")
    parser.add_argument(
        "--choose", action="store_true", help="choose weights anew, each set left out once"
    )
    options = parser.parse_args()
    if not options.sets.is_dir():
        sys.exit(f"{options.sets}: no such folder; name the one of the test sets with --sets")
    os.environ["HF_HUB_OFFLINE"] = "1"
    if options.choose:
        _choose(options.sets, options.only, options.sample)
    else:
        _measure(options.sets, options.only, options.sample, options.out)


def _choose(sets: Path, only: list[str], sample: int) -> None:
    from benchmarks.laboratory.collections import collections
    from benchmarks.laboratory.selection import grid, measure_grid, show_chosen

    measured = {}
    for collection in collections(sets, only, sample):
        if not collection.name.endswith(PLACES):
            measured[collection.name] = measure_grid(collection, grid())
            print(collection.name, file=sys.stderr)
    if len(measured) < 2:
        sys.exit(f"{sets}: choosing needs two test sets at least")
    show_chosen(measured)


def _measure(sets: Path, only: list[str], sample: int, out: Path) -> None:
    from benchmarks.laboratory.collections import collections
    from benchmarks.laboratory.marking import measure_marking
    from benchmarks.laboratory.measurement import Row, measure
    from benchmarks.laboratory.report import plot, show, write_json
    from benchmarks.laboratory.variants import VARIANTS

    rows: list[Row] = []
    marked = None
    for collection in collections(sets, only, sample):
        rows += measure(collection, VARIANTS)
        marked = measure_marking(collection) or marked
        print(collection.name, file=sys.stderr)
    if not rows:
        sys.exit(f"{sets}: no test set of that name with questions and judgments")
    show(rows, marked)
    out.mkdir(parents=True, exist_ok=True)
    write_json(rows, marked, out / "quality.json")
    plot(rows, out / "quality.svg")


if __name__ == "__main__":
    main()
