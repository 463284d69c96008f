"""Seconds and memory of building again: nothing changed, one document changed, start included.

    python benchmarks/rebuild.py --records 5000

The corpus is made here: records of some twenty words taken from the documents of --corpus, each one
passage. The first build, which embeds everything, stands beside as the baseline.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 3
_PER_FILE = 100
_WORDS = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--build", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    if options.build:
        corpus, index = options.build
        _build(corpus, index, options.model)
        return
    with tempfile.TemporaryDirectory() as folder:
        made, index = Path(folder) / "corpus", Path(folder) / "index"
        _write(options.corpus, made, options.records)
        first = _timed(made, index, options.model)
        print(f"first build: {_told(*first)}")
        again = [_timed(made, index, options.model) for _ in range(RUNS)]
        print(f"nothing changed: {_told(*map(statistics.median, zip(*again, strict=True)))}")
        changed = []
        for run in range(RUNS):
            _change(made, run)
            changed.append(_timed(made, index, options.model))
        print(f"one changed: {_told(*map(statistics.median, zip(*changed, strict=True)))}")


def _write(source: Path, folder: Path, records: int) -> None:
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


def _timed(corpus: Path, index: Path, model: str) -> tuple[float, float]:
    command = [sys.executable, __file__, "--model", model, "--build", str(corpus), str(index)]
    began = time.perf_counter()
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return time.perf_counter() - began, float(printed.split()[-1])


def _build(corpus: Path, index: Path, model: str) -> None:
    """Build in this process and print its largest resident memory."""
    from indexer.build import build
    from indexer.report import Recipe
    from search_api.settings import read_settings

    build(Recipe(corpus, index, read_settings().cache, model))
    unit = 1024**2 if sys.platform == "darwin" else 1024
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def _told(seconds: float, megabytes: float) -> str:
    return f"{seconds:.2f} s, {megabytes:.0f} MB"


if __name__ == "__main__":
    main()
