"""BM25 over passages, as three arrays: for each term, the passages that hold it and its weight.

The weights are complete BM25 scores (Robertson and Zaragoza 2009, with Lucene's idf), computed at
build time, so that a question costs one addition for each passage that holds one of its terms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.vectors import Rows, Scores

ANALYSIS, TERMS = "analysis.json", "terms.json"
WEIGHTS, POSTINGS, OFFSETS = "weights.npy", "postings.npy", "offsets.npy"


class Lexical:
    """The lexical side of a snapshot; its arrays are mapped, not read."""

    def __init__(self, folder: Path, passages: int) -> None:
        try:
            self.analyzer = Analyzer.load(folder / ANALYSIS)
            self._ids: dict[str, int] = json.loads((folder / TERMS).read_text(encoding="utf-8"))
            self._weights: Scores = np.load(folder / WEIGHTS, mmap_mode="r")
            self._postings: NDArray[np.int32] = np.load(folder / POSTINGS, mmap_mode="r")
            self._offsets: NDArray[np.int64] = np.load(folder / OFFSETS, mmap_mode="r")
            self._check()
        except (OSError, ValueError, EOFError, TypeError, AttributeError, IndexError) as error:
            raise DamagedError(f"{folder}: cannot be read; rebuild the index") from error
        self._folder, self._passages = folder, passages

    def _check(self) -> None:
        """See that the parts fit each other; what is in them only their checksums tell."""
        held, last = len(self._postings), len(self._offsets) - 1
        if not len(self._weights) == held == self._offsets[last] or len(self._ids.items()) != last:
            raise ValueError("parts of different indexes")

    def scores(self, terms: Iterable[str]) -> Scores:
        """Return the BM25 score of every passage, of shape (passages,)."""
        total = np.zeros(self._passages, dtype=np.float32)
        try:
            for term in terms:
                if (postings := self._slice(term)) is not None:
                    total[self._postings[postings]] += self._weights[postings]
        except (IndexError, ValueError, TypeError) as error:
            raise DamagedError(f"{self._folder}: damaged; rebuild the index") from error
        return total

    def idf(self, term: str) -> float:
        """Inverse document frequency of a term, as in its weights; 0 for an unknown one."""
        postings = self._slice(term)
        if postings is None:
            return 0.0
        held = postings.stop - postings.start
        return float(np.log(1 + (self._passages - held + 0.5) / (held + 0.5)))

    def holds(self, term: str, rows: Rows) -> NDArray[np.bool_]:
        """Whether each row's passage holds a term, of shape (len(rows),)."""
        postings = self._slice(term)
        if postings is None:
            return np.zeros(len(rows), dtype=np.bool_)
        held = self._postings[postings]
        places = np.searchsorted(held, rows).clip(max=len(held) - 1)
        return np.asarray(held[places] == rows)

    def _slice(self, term: str) -> slice | None:
        number = self._ids.get(term)
        if number is None:
            return None
        return slice(int(self._offsets[number]), int(self._offsets[number + 1]))


def best(scores: Scores, k: int) -> tuple[Rows, Scores]:
    """Return the `k` best rows with a score above zero, best first; equal ones by row."""
    rows = np.flatnonzero(scores)
    if len(rows) > k:
        least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= least]
    order = np.lexsort((rows, -scores[rows]))[:k]
    return rows[order], scores[rows[order]]


def write_lexical(
    folder: Path,
    analyzer: Analyzer,
    terms: Sequence[str],
    weights: NDArray[np.float32],
    postings: NDArray[np.int32],
    offsets: NDArray[np.int64],
) -> None:
    """Write the lexical side: `postings[offsets[i]:offsets[i + 1]]` hold term number i."""
    folder.mkdir()
    analyzer.save(folder / ANALYSIS)
    numbered = {term: number for number, term in enumerate(terms)}
    (folder / TERMS).write_text(json.dumps(numbered, ensure_ascii=False), encoding="utf-8")
    np.save(folder / WEIGHTS, weights)
    np.save(folder / POSTINGS, postings)
    np.save(folder / OFFSETS, offsets)
