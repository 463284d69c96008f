"""Time, recall, memory and load as a collection grows a hundredfold.

    python -m benchmarks.scale --sets ../shared/eval

Passages are those of public test sets, with vectors from the cache where they are known. Beyond
these, passages are made of real ones (see benchmarks/scaling/making.py): vectors moved by half the
difference of two others, texts of two halves. Of each passage the first tokens alone are kept for
late interaction, since all of them would fill the disk. Each collection is asked in a process of
its own by the questions of the sets, without caches. Figures are kept as JSON and as a plot.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.scaling.measuring import Figures

RESULTS = Path("benchmarks/results")
SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 200
TOKENS = 24
"""Of each passage; 48 bytes each with the default model."""


def main() -> None:
    """Measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--only", nargs="*", default=["acaps_measures"], help="sets of passages")
    parser.add_argument(
        "--asked", nargs="*", default=["city_measures", "covidqa_early"], help="sets of questions"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--tokens", type=int, default=TOKENS, help="kept of each passage")
    parser.add_argument("--vectors", choices=("auto", "exact", "rabitq"), default="auto")
    parser.add_argument("--work", type=Path, help="folder for indexes, which are then kept")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for JSON and plot")
    parser.add_argument("--alone", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    if options.alone:
        _alone(*options.alone)
    elif not options.sets.is_dir():
        sys.exit(f"{options.sets}: no such folder; name the one of the test sets with --sets")
    elif options.work:
        _run(options, options.work)
    else:
        with tempfile.TemporaryDirectory() as folder:
            _run(options, Path(folder))


def _run(options: argparse.Namespace, work: Path) -> None:
    from benchmarks.scaling.report import plot, show

    questions = work / "questions.json"
    indexes = _made(options, work, questions)
    figures = [_measured(index, questions) for index in indexes]
    show(figures)
    options.out.mkdir(parents=True, exist_ok=True)
    kept = {
        "made_of": options.only,
        "asked": options.asked,
        "tokens": options.tokens,
        "sizes": list(map(asdict, figures)),
    }
    (options.out / "scale.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    plot(figures, options.out / "scale.svg")


def _made(options: argparse.Namespace, work: Path, questions: Path) -> Sequence[Path]:
    """The indexes of all sizes, and the questions in a file; what is there already is kept."""
    from benchmarks.scaling.making import Made, make
    from benchmarks.scaling.material import gather

    indexes = {size: work / f"made-{size}-{options.vectors}" for size in options.sizes}
    missing = {size: path for size, path in indexes.items() if not (path / "current").exists()}
    if missing or not questions.exists():
        material = gather(options.sets, options.only, options.asked, work)
        asked = material.questions[:: max(1, len(material.questions) // QUESTIONS)][:QUESTIONS]
        questions.write_text(json.dumps(asked), encoding="utf-8")
        for size, path in missing.items():
            make(Made(material, size, options.tokens), material, path, options.vectors)
            print(f"made {size:,} of {len(material.hits):,} real passages", file=sys.stderr)
    return list(indexes.values())


def _measured(index: Path, questions: Path) -> Figures:
    from benchmarks.scaling.measuring import Figures as Measured

    command = [sys.executable, "-m", "benchmarks.scale", "--alone", str(index), str(questions)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Measured(**json.loads(printed))


def _alone(index: Path, questions: Path) -> None:
    """Measure in this process and print the figures."""
    from benchmarks.scaling.measuring import measure

    asked = json.loads(questions.read_text(encoding="utf-8"))
    print(json.dumps(asdict(measure(index, asked))))


if __name__ == "__main__":
    main()
