"""Asks one store of a large collection, in a process of its own; and whether ranks are alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil
from numpy.typing import NDArray

from indexer.snapshot.coded import AT_ONCE
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from search_api.engine.filters import Filters
from search_api.engine.searcher import Searcher
from search_api.sources import find_source, open_published

WARMING = 30
NEAREST = 10
Asked = TypeVar("Asked")


@dataclass(frozen=True)
class Figures:
    """What asking a store cost; milliseconds on the clock, 50th and 99th percentile.

    Attributes:
        ask: an answer, all stages, without caches of answers.
        filtered: the same of questions asked of one country.
        work: milliseconds of processor time of this process for an answer, their mean.
        served: the same of the server's processes.
        dense: the nearest hundred passages.
        lexical: the best hundred of the other side.
        recall: share of the ten nearest passages that is found.
        here: megabytes of the process that asks, its pages of mapped files included.
        there: megabytes of the server's processes, what they share counted once; 0 without one.
    """

    ask: tuple[float, float]
    filtered: tuple[float, float]
    work: float
    served: float
    dense: tuple[float, float]
    lexical: tuple[float, float]
    recall: float
    here: float
    there: float


def measure(
    index: Path, store: str | None, cache: Path, questions: Sequence[str], server: int | None
) -> Figures:
    """Ask a store.

    Args:
        index: folder of the same collection, by whose vectors recall is measured.
        store: URL; the folder itself is asked if None.
        cache: for files of stores.
        questions: asked one after the other.
        server: id of the first of the server's processes.
    """
    source = find_source(index, store, cache)
    snapshot = open_published(source)
    searcher = Searcher(snapshot)
    _timed(searcher.ask, questions[:WARMING])
    began, before = time.process_time(), _server_time(server)
    ask = _timed(searcher.ask, questions)
    work = 1000 * (time.process_time() - began) / len(questions)
    served = 1000 * (_server_time(server) - before) / len(questions)
    country = max(snapshot.labels.counts("country").items(), key=lambda found: found[1])[0]
    wanted = Filters(country=(country,))
    filtered = _timed(lambda question: searcher.ask(question, filters=wanted), questions)
    memory = psutil.Process().memory_info().rss / 1e6
    vectors = [snapshot.encoder.encode_question(question).vector for question in questions]
    terms = [snapshot.lexical.analyzer.question_terms(question) for question in questions]
    found = Figures(
        ask=ask,
        filtered=filtered,
        work=work,
        served=served,
        dense=_timed(lambda vector: snapshot.vectors.search(vector, 100), vectors),
        lexical=_timed(lambda held: snapshot.lexical.best(held, 100), terms),
        recall=_recall(snapshot, open_snapshot(index), np.stack(vectors)),
        here=memory,
        there=_server_memory(server),
    )
    source.close()
    return found


def _timed(act: Callable[[Asked], object], each: Iterable[Asked]) -> tuple[float, float]:
    clock = []
    for one in each:
        began = time.perf_counter()
        act(one)
        clock.append(1000 * (time.perf_counter() - began))
    return float(np.percentile(clock, 50)), float(np.percentile(clock, 99))


def _recall(asked: Snapshot, whole: Snapshot, queries: NDArray[np.float32]) -> float:
    """Share of the nearest passages that is found; one as near as the last of them counts."""
    nearest = np.full((len(queries), NEAREST), -np.inf, dtype=np.float32)
    for first in range(0, len(whole.vectors), AT_ONCE):
        rows = np.arange(first, min(first + AT_ONCE, len(whole.vectors)))
        both = np.concatenate([nearest, queries @ whole.vectors.at(rows).T], axis=1)
        nearest = -np.partition(-both, NEAREST - 1, axis=1)[:, :NEAREST]
    found = [asked.vectors.search(query, NEAREST)[1] for query in queries]
    pairs = zip(found, nearest.min(axis=1), strict=True)
    return float(np.mean([np.sum(cosines >= least - 1e-5) / NEAREST for cosines, least in pairs]))


def _server_memory(first: int | None) -> float:
    return float(sum(each.memory_full_info().pss for each in _processes(first)) / 1e6)


def _server_time(first: int | None) -> float:
    """Seconds of processor time; those that ended count with the first one."""
    times = [each.cpu_times() for each in _processes(first)]
    ended = sum(held.children_user + held.children_system for held in times)
    return float(sum(held.user + held.system for held in times) + ended)


def _processes(first: int | None) -> list[psutil.Process]:
    """The first of a server's processes and all that it started; none without a server."""
    if first is None:
        return []
    return [psutil.Process(first), *psutil.Process(first).children(recursive=True)]


def alike(one: Snapshot, other: Snapshot, questions: Sequence[str], first: int = 10) -> float:
    """Share of questions whose first excerpts are the same, in the same order."""
    here, there = Searcher(one), Searcher(other)
    same = [
        here.rank(question, first).rows.tolist() == there.rank(question, first).rows.tolist()
        for question in questions
    ]
    return float(np.mean(same))
