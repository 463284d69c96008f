"""The best of many passages without scoring all of them, and yet the same as if all were scored.

MaxScore (H. Turtle and J. Flood 1995, "Query Evaluation: Strategies and Optimizations"): the terms
that can give most are added up first. Once those left over cannot lift a new passage among the
best, they are only looked up for the passages that are still in question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.arrays import distinct
from indexer.snapshot.vectors import Rows, Scores

SPARSE = 16
"""How many postings are added up in the time in which one passage is looked up in them."""

_SLACK = 1e-5
"""Share by which a limit is lowered, so that no rounding of sums in another order cuts off one."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A term of a question.

    Attributes:
        rows: passages that hold it, ascending.
        weights: what it gives each of them, times how often the question holds it.
        most: the largest of these weights, or more.
    """

    rows: NDArray[np.int32]
    weights: Scores
    most: float

    def times(self, count: int) -> Held:
        """The same, of a question that holds the term so often."""
        return self if count == 1 else Held(self.rows, count * self.weights, count * self.most)

    def within(self, mask: NDArray[np.bool_]) -> Held:
        """The same, of some passages only."""
        kept = mask[self.rows]
        return Held(self.rows[kept], self.weights[kept], self.most)

    def of(self, rows: Rows | NDArray[np.int32]) -> Scores:
        """What the term gives each passage, of shape (len(rows),); 0 where it is not held."""
        if not len(self.rows):
            return np.zeros(len(rows), dtype=np.float32)
        places, found = self._found(rows)
        return np.where(found, self.weights.take(places, mode="clip"), np.float32(0))

    def holds(self, rows: Rows | NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which passages hold the term, of shape (len(rows),)."""
        return self._found(rows)[1] if len(self.rows) else np.zeros(len(rows), dtype=np.bool_)

    def _found(self, rows: Rows | NDArray[np.int32]) -> tuple[Rows, NDArray[np.bool_]]:
        """Where passages would stand among those that hold the term, and which of them do."""
        # Of one type, or numpy converts the whole posting list.
        wanted = rows.astype(self.rows.dtype, copy=False)
        places = np.searchsorted(self.rows, wanted)
        return places, self.rows.take(places, mode="clip") == wanted


def contenders(terms: Sequence[Held], k: int, passages: int) -> Rows:
    """Return the passages that may be among the `k` best, those among them, in order of rows.

    Args:
        terms: of the question, each once.
        k: how many are wanted.
        passages: how many there are.
    """
    ordered = sorted((term for term in terms if len(term.rows)), key=lambda term: -term.most)
    left = np.cumsum([0.0, *(term.most for term in reversed(ordered))])[::-1]
    total = np.zeros(passages, dtype=np.float32)
    added = 0
    limit = -np.inf
    for added, term in enumerate(ordered, 1):
        total[term.rows] += term.weights
        if added == len(ordered) or left[0] - left[added] > left[added]:
            limit = max(_kth(total[each.rows], k) for each in ordered[:added])
        if limit > left[added] * (1 + _SLACK):
            break
    near = [
        each.rows[total[each.rows] + left[added] >= limit * (1 - _SLACK)]
        for each in ordered[:added]
    ]
    rows = distinct(*near) if near else np.zeros(0, dtype=np.int32)
    return _narrowed(rows.astype(np.int64), total, ordered[added:], k)


def _narrowed(rows: Rows, total: Scores, rest: Sequence[Held], k: int) -> Rows:
    """Drop passages that cannot be among the best, as the terms that are left are looked up."""
    scores = total[rows]
    for number, term in enumerate(rest):
        if len(rows) <= k:
            break
        if len(rows) * SPARSE > len(term.rows):
            total[rows] = scores
            total[term.rows] += term.weights
            scores = total[rows]
        else:
            scores = scores + term.of(rows)
        left = sum(each.most for each in rest[number + 1 :])
        kept = scores + left >= _kth(scores, k) * (1 - _SLACK)
        rows, scores = rows[kept], scores[kept]
    return rows


def _kth(scores: Scores, k: int) -> float:
    """The k-th best score; below all of them where they are fewer."""
    if len(scores) < k:
        return -np.inf
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])
