"""What asking one collection costs: run in a process of its own, so that memory is its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.lexical import best
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from search_api.engine.filters import Filters
from search_api.engine.searcher import Searcher

WARMING = 30
"""Questions asked before any is measured."""

NEAREST = 10

EXACT_UP_TO = 100_000
"""Passages up to which comparing all is measured too, as the baseline of the dense side."""

AT_ONCE = 1 << 15

Questions = Sequence[str]
Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Figures:
    """What was measured of one collection.

    Attributes:
        passages: how many it holds.
        kind: of the index of vectors.
        compared: vectors that a question is compared with once its codes are; 0 for all.
        load: seconds from nothing to a searcher.
        first: milliseconds of the first answer.
        ask: milliseconds of an answer, all stages; 50th and 99th percentile on the clock.
        work: milliseconds of processor time of an answer, 50th percentile.
        filtered: the same of questions asked of one country.
        dense: milliseconds of processor time that the nearest hundred passages take.
        exact: the same where all are compared.
        lexical: the same for the best hundred of the lexical side.
        scored: the same where all are scored.
        recall: share of the ten nearest passages that is found for these questions.
        stated: the same as the build measured it on passages.
        anonymous: megabytes of memory of the process's own after all questions.
        resident: megabytes with the pages of mapped files that it touched.
        disk: megabytes of the snapshot.
    """

    passages: int
    kind: str
    compared: int
    load: float
    first: float
    ask: tuple[float, float]
    work: float
    filtered: float
    dense: float
    exact: float | None
    lexical: float
    scored: float
    recall: float
    stated: float
    anonymous: float
    resident: float
    disk: float


def measure(index: Path, questions: Questions) -> Figures:
    """Ask an index questions, one after the other, without any cache."""
    began = time.perf_counter()
    searcher = Searcher(open_snapshot(index))
    load = time.perf_counter() - began
    (first,), _ = _timed(searcher.ask, questions[:1])
    _timed(searcher.ask, questions[:WARMING])
    clock, work = _timed(searcher.ask, questions)
    snapshot = searcher.snapshot
    country = max(snapshot.labels.counts("country").items(), key=lambda found: found[1])[0]
    wanted = Filters(country=(country,))
    _, filtered = _timed(lambda question: searcher.ask(question, filters=wanted), questions)
    anonymous, resident = (_memory(name) for name in ("RssAnon", "VmRSS"))
    vectors = [snapshot.encoder.encode_question(question).vector for question in questions]
    terms = [snapshot.lexical.analyzer.question_terms(question) for question in questions]
    _, dense = _timed(lambda vector: snapshot.vectors.search(vector, 100), vectors)
    _, lexical = _timed(lambda held: snapshot.lexical.best(held, 100), terms)
    _, scored = _timed(lambda held: _all_scored(snapshot, held), terms)
    manifest = snapshot.manifest
    few = manifest.passages <= EXACT_UP_TO
    return Figures(
        passages=manifest.passages,
        kind=manifest.vectors.kind,
        compared=manifest.vectors.compared,
        load=load,
        first=first,
        ask=(_percentile(clock, 50), _percentile(clock, 99)),
        work=_percentile(work, 50),
        filtered=_percentile(filtered, 50),
        dense=_percentile(dense, 50),
        exact=_percentile(_compared(snapshot, vectors), 50) if few else None,
        lexical=_percentile(lexical, 50),
        scored=_percentile(scored, 50),
        recall=_recall(snapshot, np.stack(vectors)),
        stated=manifest.vectors.recall,
        anonymous=anonymous,
        resident=resident,
        disk=sum(info.size for info in manifest.files.values()) / 1e6,
    )


def _timed(
    act: Callable[[Asked], object], each: Iterable[Asked]
) -> tuple[list[float], list[float]]:
    """Milliseconds on the clock and of this thread's processor time, of each."""
    clock, work = [], []
    for one in each:
        began, worked = time.perf_counter(), time.thread_time()
        act(one)
        clock.append(1000 * (time.perf_counter() - began))
        work.append(1000 * (time.thread_time() - worked))
    return clock, work


def _percentile(values: Sequence[float], share: float) -> float:
    return float(np.percentile(values, share))


def _all_scored(snapshot: Snapshot, terms: Sequence[str]) -> object:
    return best(snapshot.lexical.scores(terms), 100)


def _compared(snapshot: Snapshot, vectors: Sequence[NDArray[np.float32]]) -> list[float]:
    """Processor time of comparing all, by FAISS's flat index of the same vectors."""
    import faiss

    index = faiss.IndexFlatIP(len(vectors[0]))
    index.add(snapshot.vectors.at(np.arange(len(snapshot.vectors))))
    return _timed(lambda vector: index.search(vector[None], 100), vectors)[1]


def _recall(snapshot: Snapshot, queries: NDArray[np.float32]) -> float:
    """Share of the nearest passages that is found; one as near as the last of them counts."""
    vectors = snapshot.vectors
    nearest = np.full((len(queries), NEAREST), -np.inf, dtype=np.float32)
    for first in range(0, len(vectors), AT_ONCE):
        rows = np.arange(first, min(first + AT_ONCE, len(vectors)))
        both = np.concatenate([nearest, queries @ vectors.at(rows).T], axis=1)
        nearest = -np.partition(-both, NEAREST - 1, axis=1)[:, :NEAREST]
    found = [vectors.search(query, NEAREST)[1] for query in queries]
    pairs = zip(found, nearest.min(axis=1), strict=True)
    return float(np.mean([np.mean(cosines >= least - 1e-5) for cosines, least in pairs]))


def _memory(name: str) -> float:
    """Megabytes by which Linux counts this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise OSError(f"/proc/self/status does not tell {name}; measure on Linux")
