"""Largest memory of a build, as the corpus grows tenfold.

    python -m benchmarks.memory --records 20000 200000

Records of some twenty words, taken from the documents of --corpus, are built with a model of one
layer and random weights, since what the model computes changes no memory, each in a process of its
own. Compiling the model, which takes most memory of all, is done before. Counted is what the build
and the process that reads for it hold of their own; pages of mapped files, which the system takes
back when it needs them, stand beside it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rebuild import write_records
from tests.tiny import make_tiny_model

SIZES = (20_000, 200_000)
SMALLEST_PLACE = 15_000
_PAUSE = 0.05


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--records", type=int, nargs="+", default=SIZES)
    parser.add_argument("--build", type=Path, nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    if options.build:
        _build(*options.build)
        return
    with tempfile.TemporaryDirectory() as folder:
        model, cache = make_tiny_model(Path(folder)), Path(folder) / "cache"
        _largest(options.corpus, 1, model, cache)  # compiles the model
        largest = [_largest(options.corpus, count, model, cache) for count in options.records]
    for count, (own, resident, seconds) in zip(options.records, largest, strict=True):
        print(f"{count:9,} records: {own:6.0f} MB of its own, {resident:6.0f} MB, {seconds:.0f} s")
    (first, *_), (last, *_) = largest[0], largest[-1]
    more = options.records[-1] - options.records[0]
    print(
        f"{options.records[-1] / options.records[0]:.0f} times the records take "
        f"{last / first:.2f} times the memory: {1e6 * (last - first) / max(more, 1):,.0f} "
        "bytes for each further one"
    )


def _largest(source: Path, count: int, model: Path, cache: Path) -> tuple[float, float, float]:
    """Megabytes of a build of its own, those with mapped files, and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_records(source, work / "corpus", count)
        places = [work / "corpus", work / "index", cache, model]
        command = [sys.executable, "-m", "benchmarks.memory", "--build", *map(str, places)]
        began, own, resident = time.monotonic(), 0.0, 0.0
        with subprocess.Popen(command) as process:
            while process.poll() is None:
                held = [_held(pid) for pid in _family(process.pid)]
                own = max(own, sum(anonymous for anonymous, _ in held))
                resident = max(resident, sum(everything for _, everything in held))
                time.sleep(_PAUSE)
        if process.returncode:
            sys.exit(f"the build of {count:,} records failed; its message stands above")
        return own, resident, time.monotonic() - began


def _build(corpus: Path, index: Path, cache: Path, model: Path) -> None:
    from indexer.build import build
    from indexer.report import Recipe

    build(Recipe(corpus, index, cache, str(model), smallest_place=SMALLEST_PLACE))


def _family(pid: int) -> Iterator[int]:
    """A process and those that it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:
            continue  # it has just ended
        for child in children:
            yield from _family(int(child))


def _held(pid: int) -> tuple[float, float]:
    """Megabytes of a process's own, and those with mapped files; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0, 0.0
    found = {name: value for name, _, value in (line.partition(":") for line in lines)}
    wanted = (found.get(name, "0 kB").split()[0] for name in ("RssAnon", "VmRSS"))
    own, resident = (int(kilobytes) * 1024 / 1e6 for kilobytes in wanted)
    return own, resident


if __name__ == "__main__":
    main()
