"""Fit the confidence of excerpts on labelled questions, and judge it on sets it was not fitted on.

    make confidence            or            python -m benchmarks.confidence --sets ../shared/eval

Each test set is indexed through the ordinary code path. Its questions are asked as they are
(answerable), again with their relevant passages taken out (near), and with questions of sets on
other subjects (far). Every figure of a set comes from weights fitted without that set and those on
its subject; the weights that are kept are fitted on all.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

RESULTS, PAGE = Path("benchmarks/results"), Path("docs/confidence.md")
WEIGHTS = Path("search_api/engine/confidence.json")


def main() -> None:
    """Fit, judge, print, and keep weights and figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    options = parser.parse_args()
    if not options.sets.is_dir():
        sys.exit(f"{options.sets}: no such folder; name the one of the test sets with --sets")
    os.environ["HF_HUB_OFFLINE"] = "1"
    _fit(options.sets)


def _fit(root: Path) -> None:
    from benchmarks.calibration.cases import cases
    from benchmarks.calibration.fitting import fit, fit_without
    from benchmarks.calibration.judging import judge_set, outcomes, reliability
    from benchmarks.calibration.report import plot, put_into, tables, write_json, write_weights

    sets = cases(root)
    if len(sets) < 2:
        sys.exit(f"{root}: fewer than two test sets; one is judged by what is fitted on others")
    found = {name: outcomes(held, fit_without(sets, name)) for name, held in sets.items()}
    judged = {name: judge_set(held, found[name]) for name, held in sets.items()}
    bins = reliability(list(found.values()))
    RESULTS.mkdir(parents=True, exist_ok=True)
    write_weights(fit(sets.values()), WEIGHTS)
    write_json(judged, bins, RESULTS / "confidence.json")
    plot(bins, RESULTS / "confidence.svg")
    text = tables(judged, bins)
    put_into(PAGE, text)
    print(text)


if __name__ == "__main__":
    main()
