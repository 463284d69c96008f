"""Whether a collection cut into shards, each searched alone, answers as one that is not."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot import manifest as names
from indexer.snapshot.kinds import plan_for
from indexer.snapshot.lexical import MOST, OFFSETS, POSTINGS, WEIGHTS, Lexical
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows, Scores, Vectors, write_vectors

BEST, NEAREST = 100, 10
AT_ONCE = 8192

Found = tuple[Rows, Scores]
Side = TypeVar("Side")


@dataclass(frozen=True)
class Sharded:
    """What was found of one collection.

    Attributes:
        passages: that it holds.
        shards: into which it was cut.
        questions: asked of it.
        dense: of these, how many have the same nearest hundred, where all vectors are compared.
        lexical: the same of the best hundred by words, with weights of the whole collection.
        recall: of the ten nearest by the codes of the whole, against comparing all.
        recall_sharded: by codes shard by shard.
        whole: milliseconds of processor time by the codes of the whole, 50th percentile.
        part: of one shard's.
        merging: of merging the shards' hundreds.
    """

    passages: int
    shards: int
    questions: int
    dense: int
    lexical: int
    recall: float
    recall_sharded: float
    whole: float
    part: float
    merging: float


def merged(found: Sequence[Found], starts: Sequence[int], k: int) -> Found:
    """The best of all shards; equal ones by row, as in one collection.

    Args:
        found: rows and scores of each shard.
        starts: the first row of each.
        k: how many.
    """
    rows = np.concatenate([each[0] + start for each, start in zip(found, starts, strict=True)])
    scores = np.concatenate([each[1] for each in found])
    order = np.lexsort((rows, -scores))[:k]
    return rows[order], scores[order]


def simulate(snapshot: Snapshot, questions: Sequence[str], shards: int) -> Sharded:
    """Cut a snapshot's vectors and words into shards, and ask both."""
    count = snapshot.manifest.passages
    starts = [count * number // shards for number in range(shards)]
    cuts = list(zip(starts, [*starts[1:], count], strict=True))
    vectors = [snapshot.encoder.encode_question(question).vector for question in questions]
    terms = [snapshot.lexical.analyzer.question_terms(question) for question in questions]
    with tempfile.TemporaryDirectory() as made:
        exact, *exacts = _dense(snapshot, [(0, count), *cuts], Path(made) / "exact", "exact")
        file, *files = _dense(snapshot, [(0, count), *cuts], Path(made) / "codes", "rabitq")
        words = [_words(snapshot, *each, Path(made) / f"words-{each[0]}") for each in cuts]
        truth = [exact.search(vector, BEST) for vector in vectors]
        whole, part, merging = _Clock(), _Clock(), _Clock()
        one = [whole.of(file.search, vector, BEST) for vector in vectors]
        each = [[part.of(shard.search, vector, BEST) for shard in files] for vector in vectors]
        many = [merging.of(merged, found, starts, BEST) for found in each]
        return Sharded(
            passages=count,
            shards=shards,
            questions=len(questions),
            dense=_alike(
                truth, [merged([s.search(v, BEST) for s in exacts], starts, BEST) for v in vectors]
            ),
            lexical=_alike(
                [snapshot.lexical.best(held, BEST) for held in terms],
                [merged([s.best(held, BEST) for s in words], starts, BEST) for held in terms],
            ),
            recall=_recall(truth, one),
            recall_sharded=_recall(truth, many),
            whole=whole.median,
            part=part.median,
            merging=merging.median,
        )


def _dense(
    snapshot: Snapshot, cuts: Sequence[tuple[int, int]], folder: Path, kind: Any
) -> list[Vectors]:
    opened = []
    for first, last in cuts:
        target = folder / f"{first}-{last}"
        target.mkdir(parents=True)
        plan = plan_for(last - first, kind)
        write_vectors(target, _rows(snapshot, first, last), snapshot.manifest.model.dimension, plan)
        opened.append(Vectors(target))
    return opened


def _rows(snapshot: Snapshot, first: int, last: int) -> Iterator[NDArray[np.float32]]:
    for start in range(first, last, AT_ONCE):
        yield snapshot.vectors.at(np.arange(start, min(start + AT_ONCE, last)))


def _words(snapshot: Snapshot, first: int, last: int, target: Path) -> Lexical:
    """The postings of some passages, with the weights that they have in the whole."""
    source = snapshot.path / names.LEXICAL
    shutil.copytree(source, target)
    offsets, postings = np.load(source / OFFSETS), np.load(source / POSTINGS)
    weights = np.load(source / WEIGHTS)
    kept = (postings >= first) & (postings < last)
    terms = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    most = np.zeros(len(offsets) - 1, dtype=np.float32)
    np.maximum.at(most, terms[kept], weights[kept])
    np.save(target / OFFSETS, np.concatenate([[0], np.cumsum(kept)])[offsets])
    np.save(target / POSTINGS, postings[kept] - np.int32(first))
    np.save(target / WEIGHTS, weights[kept])
    np.save(target / MOST, most)
    return Lexical(target, last - first)


def _alike(one: Sequence[Found], other: Sequence[Found]) -> int:
    """How many questions have the same scores, and the same rows wherever no two scores tie."""
    return sum(
        len(a[0]) == len(b[0]) and np.allclose(a[1], b[1], atol=1e-5) and _rows_alike(a, b)
        for a, b in zip(one, other, strict=True)
    )


def _rows_alike(one: Found, other: Found) -> bool:
    differ = one[0] != other[0]
    gaps = np.abs(np.diff(one[1], prepend=np.inf, append=-np.inf))
    tied = np.minimum(gaps[:-1], gaps[1:]) < 1e-5
    tied[-1:] = True  # what ties with the last may be beyond it
    return bool(np.all(tied[differ]))


def _recall(truth: Sequence[Found], found: Sequence[Found]) -> float:
    shares = [
        len(set(a[0][:NEAREST].tolist()) & set(b[0][:NEAREST].tolist())) / min(NEAREST, len(a[0]))
        for a, b in zip(truth, found, strict=True)
    ]
    return float(np.mean(shares))


class _Clock:
    """Milliseconds of this thread's processor time."""

    def __init__(self) -> None:
        self._taken: list[float] = []

    def of(self, act: Callable[..., Side], *given: Any) -> Side:
        began = time.thread_time()
        made = act(*given)
        self._taken.append(1000 * (time.thread_time() - began))
        return made

    @property
    def median(self) -> float:
        return float(np.median(self._taken))
