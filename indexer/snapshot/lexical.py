"""BM25 over passages, as arrays: for each term, the passages that hold it and its weight.

The weights are complete BM25 scores (Robertson and Zaragoza 2009, with Lucene's idf), computed at
build time, so that a passage's score is a sum of as many numbers as the question has terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.arrays import mapped
from indexer.snapshot.pruning import SPARSE, Held, contenders
from indexer.snapshot.spelling import most_alike
from indexer.snapshot.vectors import Rows, Scores
from indexer.snapshot.vocabulary import Vocabulary

ANALYSIS = "analysis.json"
WEIGHTS, POSTINGS, OFFSETS, MOST = "weights.npy", "postings.npy", "offsets.npy", "most.npy"

SUMMED = 30_000
"""Passages and postings up to which adding up all of them is faster than leaving out most."""

_KNOWN = 4096
"""Terms of which it is kept where their postings lie."""


class Lexical:
    """The lexical side of a snapshot; its arrays are mapped, not read."""

    def __init__(self, folder: Path, passages: int) -> None:
        try:
            self.analyzer = Analyzer.load(folder / ANALYSIS)
            self._vocabulary = Vocabulary(folder)
            self._weights: Scores = mapped(folder / WEIGHTS)
            self._postings: NDArray[np.int32] = mapped(folder / POSTINGS)
            self._offsets: NDArray[np.int64] = mapped(folder / OFFSETS)
            self._most: Scores = mapped(folder / MOST)
            self._check()
        except (OSError, ValueError, EOFError, TypeError, AttributeError, IndexError) as error:
            raise DamagedError(f"{folder}: cannot be read; rebuild the index") from error
        self._folder, self._passages = folder, passages
        # The stages of one answer ask for the same few terms again and again.
        self._held = lru_cache(maxsize=_KNOWN)(self._look_up)
        self._idf = lru_cache(maxsize=_KNOWN)(self._inverse)
        self.alike = lru_cache(maxsize=_KNOWN)(partial(most_alike, self._vocabulary))

    def _check(self) -> None:
        """See that the parts fit each other; what is in them only their checksums tell."""
        held, terms = len(self._postings), len(self._offsets) - 1
        if not len(self._weights) == held == self._offsets[-1]:
            raise ValueError("parts of different indexes")
        if not len(self._vocabulary) == terms == len(self._most):
            raise ValueError("parts of different indexes")

    def scores(self, terms: Iterable[str]) -> Scores:
        """Return the BM25 score of every passage, of shape (passages,)."""
        return self.of(terms, np.arange(self._passages))

    def of(self, terms: Iterable[str], rows: Rows) -> Scores:
        """Return the BM25 scores of some passages, of shape (len(rows),).

        Args:
            terms: of a question; one that it holds twice counts twice.
            rows: of the passages, in any order.
        """
        total = np.zeros(len(rows), dtype=np.float32)
        wanted = rows.astype(self._postings.dtype)
        with self._read():
            for term in terms:
                if (held := self._held(term)) is not None:
                    total += held.of(wanted)
        return total

    def best(self, terms: Sequence[str], k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Return the `k` best rows with a score above zero, best first; equal ones by row.

        Args:
            terms: as for `of`.
            k: how many; fewer come back if fewer passages hold any of the terms.
            among: the only rows to look at, ascending; all if None.
        """
        with self._read():
            if among is None and (scores := self._summed(terms)) is not None:
                return best(scores, k)
            counted = Counter(terms).items()
            found = [held.times(n) for term, n in counted if (held := self._held(term))]
            rows = self._contenders(found, k, among)
        places, kept = best(self.of(terms, rows), k)
        return rows[places], kept

    def _summed(self, terms: Sequence[str]) -> Scores | None:
        """The score of every passage, added up term by term; None where that would take long."""
        found = [held for term in terms if (held := self._held(term))]
        if self._passages + sum(len(held.rows) for held in found) > SUMMED:
            return None
        total = np.zeros(self._passages, dtype=np.float32)
        for held in found:
            total[held.rows] += held.weights
        return total

    def _contenders(self, found: Sequence[Held], k: int, among: Rows | None) -> Rows:
        if among is None:
            return contenders(found, k, self._passages)
        if len(among) * SPARSE * len(found) < sum(len(held.rows) for held in found):
            return among  # looking a few up is faster than going through all postings
        mask = np.zeros(self._passages, dtype=np.bool_)
        mask[among] = True
        return contenders([held.within(mask) for held in found], k, self._passages)

    def idf(self, term: str) -> float:
        """Inverse document frequency of a term, as in its weights; 0 for an unknown one."""
        return self._idf(term)

    def _inverse(self, term: str) -> float:
        held = self._held(term)
        if held is None:
            return 0.0
        count = len(held.rows)
        return log(1 + (self._passages - count + 0.5) / (count + 0.5))

    def holds(self, terms: Sequence[str], rows: Rows) -> NDArray[np.bool_]:
        """Whether each row's passage holds each term, of shape (len(terms), len(rows))."""
        found = np.zeros((len(terms), len(rows)), dtype=np.bool_)
        with self._read():
            for number, term in enumerate(terms):
                if (held := self._held(term)) is not None:
                    found[number] = held.holds(rows)
        return found

    def _look_up(self, term: str) -> Held | None:
        number = self._vocabulary.number(term)
        if number is None:
            return None
        held = slice(int(self._offsets[number]), int(self._offsets[number + 1]))
        return Held(self._postings[held], self._weights[held], float(self._most[number]))

    @contextmanager
    def _read(self) -> Iterator[None]:
        try:
            yield
        except (IndexError, ValueError, TypeError) as error:
            raise DamagedError(f"{self._folder}: damaged; rebuild the index") from error


def best(scores: Scores, k: int) -> tuple[Rows, Scores]:
    """Return the `k` best rows with a score above zero, best first; equal ones by row."""
    rows = np.flatnonzero(scores)
    found = scores[rows]
    if len(rows) > k:
        kept = found >= np.partition(found, len(rows) - k)[len(rows) - k]
        rows, found = rows[kept], found[kept]
    order = np.argsort(-found, kind="stable")[:k]
    return rows[order], found[order]
