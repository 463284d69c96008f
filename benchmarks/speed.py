"""Time and memory of asking, beside sentence-transformers with FAISS, in one run.

    make bench            or            python benchmarks/speed.py --index index --corpus corpus

Both sides hold the same passages and get the same questions (the titles of the documents), taken in
turn, so that the machine's moods fall on both. The peer does less: no lexical side, no excerpt, no
citation. Figures are medians; ratios count, absolute times are this machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

Figures = dict[str, dict[str, dict[str, float]]]
"""Part, side and measure to median."""

RUNS = 5
QUESTIONS = 100


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--alone", choices=("citywise", "peer"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    if options.alone:
        _first_answer(options.alone, options.index)
        return
    figures: Figures = {"query": _queries(options.index), "start": _starts(options.index)}
    _print(figures, _reading(options.corpus))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _reading(corpus: Path) -> float:
    """Documents that are read in a second."""
    from indexer.corpus import read_corpus

    count = sum(1 for _ in read_corpus(corpus))
    return count / statistics.median(_timed(lambda: list(read_corpus(corpus))) for _ in range(RUNS))


def _queries(index: Path) -> dict[str, dict[str, float]]:
    """Milliseconds a question, in process."""
    from indexer.snapshot.snapshot import open_snapshot
    from search_api.engine.searcher import Searcher

    searcher = Searcher(open_snapshot(index))
    passages = list(searcher.snapshot.passages.all())
    titles = [passage.context.split("\n")[0] for passage in passages if passage.context]
    questions = list(dict.fromkeys(titles))[:QUESTIONS]
    peer = _peer([passage.embedded for passage in passages])
    sides: dict[str, Callable[[str], object]] = {"citywise": searcher.ask, "peer": peer}
    times: dict[str, list[float]] = {name: [] for name in sides}
    for question in [questions[0], *questions]:
        for name, ask in sides.items():
            times[name].append(1000 * _timed(partial(ask, question)))
    return {name: _percentiles(values[1:]) for name, values in times.items()}


def _peer(texts: list[str]) -> Callable[[str], object]:
    """sentence-transformers and an exact FAISS index, as its documentation shows."""
    import faiss
    from sentence_transformers import SentenceTransformer

    from indexer.embedding.models import find_model

    model = SentenceTransformer(str(find_model().path))
    vectors = model.encode(texts, normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return lambda question: index.search(model.encode([question], normalize_embeddings=True), 10)


def _starts(index: Path) -> dict[str, dict[str, float]]:
    """Seconds and megabytes of a process that answers one question, start included."""
    found: dict[str, dict[str, float]] = {}
    for name in ("citywise", "peer"):
        command = [sys.executable, __file__, "--index", str(index), "--alone", name]
        runs = []
        for _ in range(RUNS):
            began = time.perf_counter()
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            runs.append((time.perf_counter() - began, float(printed.split()[-1])))
        found[name] = {
            "seconds": round(statistics.median(seconds for seconds, _ in runs), 2),
            "megabytes": round(statistics.median(megabytes for _, megabytes in runs)),
        }
    return found


def _first_answer(side: str, index: Path) -> None:
    """Answer one question in this process and print its largest resident memory."""
    question = "how did cities handle informal settlements?"
    if side == "citywise":
        from indexer.snapshot.snapshot import open_snapshot
        from search_api.engine.searcher import Searcher

        Searcher(open_snapshot(index)).ask(question)
    else:
        _peer(["a passage"])(question)
    print(_megabytes())


def _megabytes() -> float:
    """Largest resident memory of this process; Linux's getrusage would count the parent's too."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _percentiles(milliseconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(milliseconds, n=100)
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2)}


def _print(figures: Figures, documents: float) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="citywise beside sentence-transformers + FAISS")
    for column in ("measure", "citywise", "peer", "peer / citywise"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for part, measures in (("query", ("p50", "p95")), ("start", ("seconds", "megabytes"))):
        for measure in measures:
            ours, theirs = (figures[part][side][measure] for side in ("citywise", "peer"))
            unit = " ms" if part == "query" else ""
            label = f"{part} {measure}"
            table.add_row(label, f"{ours}{unit}", f"{theirs}{unit}", f"{theirs / ours:.1f}")
    Console().print(table)
    print(f"documents read a second: {documents:,.0f}")


if __name__ == "__main__":
    main()
