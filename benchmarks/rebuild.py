"""Seconds and memory of building again: nothing changed, one document changed, start included.

    python benchmarks/rebuild.py --records 5000

The corpus is made here: records of some twenty words taken from the documents of --corpus, each one
passage. The build from nothing (but for the compiled model and gazetteer) stands beside as the
baseline. Seconds of the processors, of all processes together, tell more than those of the clock
where other programs are at work.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

RUNS = 3
_PER_FILE = 100
_WORDS = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--build", type=Path, nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    if options.build:
        corpus, index, cache = options.build
        _build(corpus, index, cache, options.model)
        return
    with tempfile.TemporaryDirectory() as folder:
        made, index, cache = (Path(folder) / name for name in ("corpus", "index", "cache"))
        write_records(options.corpus, made, options.records)
        _warm(options.corpus, Path(folder) / "other", cache, options.model)

        def timed() -> Taken:
            return _timed(made, index, cache, options.model)

        print(f"from nothing: {timed()}")
        print(f"nothing changed: {_median([timed() for _ in range(RUNS)])}")
        changed = []
        for run in range(RUNS):
            _change(made, run)
            changed.append(timed())
        print(f"one changed: {_median(changed)}")


class Taken(NamedTuple):
    """What a build took."""

    seconds: float
    processors: float
    megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.seconds:.2f} s, {self.processors:.2f} s of the processors, "
            f"{self.megabytes:.0f} MB"
        )


def _warm(corpus: Path, index: Path, cache: Path, model: str) -> None:
    """Compile model and gazetteer, and keep nothing else."""
    _timed(min(corpus.rglob("*.md")), index, cache, model)
    for path in cache.iterdir():
        if path.name not in ("gazetteers", "models"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _median(taken: Sequence[Taken]) -> Taken:
    return Taken(*map(statistics.median, zip(*taken, strict=True)))


def write_records(source: Path, folder: Path, records: int) -> None:
    """Write records of random words of the documents of a folder, in files of a hundred."""
    words = [word for path in sorted(source.rglob("*.md")) for word in path.read_text().split()]
    chance = random.Random(3)  # noqa: S311 - no secret
    folder.mkdir()
    for first in range(0, records, _PER_FILE):
        lines = []
        for number in range(first, min(first + _PER_FILE, records)):
            text = " ".join(chance.sample(words, _WORDS))
            record = {"id": f"r{number}", "title": f"Record {number}", "text": text}
            lines.append(json.dumps({**record, "language": "en"}))
        (folder / f"{first:07}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def _change(folder: Path, run: int) -> None:
    path = min(folder.iterdir())
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    record = json.loads(first)
    record["text"] += f" Changed {run}."
    path.write_text(json.dumps(record) + "\n" + rest, encoding="utf-8")


def _timed(corpus: Path, index: Path, cache: Path, model: str) -> Taken:
    command = [sys.executable, __file__, "--model", model, "--build"]
    command += map(str, (corpus, index, cache))
    began, used = time.perf_counter(), _used()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Taken(time.perf_counter() - began, _used() - used, float(printed.split()[-1]))


def _used() -> float:
    """Seconds of the processors that children have used which have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _build(corpus: Path, index: Path, cache: Path, model: str) -> None:
    """Build in this process and print its largest resident memory."""
    from indexer.build import build
    from indexer.report import Recipe

    build(Recipe(corpus, index, cache, model))
    unit = 1024**2 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


if __name__ == "__main__":
    main()
