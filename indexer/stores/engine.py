"""What an engine answers about one snapshot: candidates, and what it keeps of each passage.

An engine only proposes. Scores come from what it keeps, by the arithmetic of the embedded sides, so
that the same question has the same answer on every engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.vectors import Rows, Scores

SPARE = 16
"""Candidates asked for beyond those wanted: engines round otherwise, and break ties otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What is kept of a passage for both sides.

    Attributes:
        vector: of shape (dimension,).
        terms: numbers of its terms, ascending.
        weights: what each of them gives, complete BM25 scores.
    """

    vector: Scores
    terms: NDArray[np.int32]
    weights: Scores


@dataclass(frozen=True, slots=True)
class TokenBytes:
    """The tokens of a passage: their bits, and the sentence of each as 32-bit numbers."""

    bits: bytes
    sentences: bytes


class Engine(Protocol):
    """Searches one snapshot. Safe to share between threads; raises SnapshotError on failure."""

    def nearest(self, query: Scores, k: int, among: Rows | None) -> Rows:
        """Return rows among which the `k` nearest are, at least as many, unless fewer are there.

        Args:
            query: normalised vector of shape (dimension,).
            k: how many are wanted.
            among: the only rows to look at, ascending; all if None.
        """
        ...

    def worded(self, terms: Mapping[int, int], k: int, among: Rows | None) -> Rows:
        """Return rows among which the `k` best by BM25 are.

        Args:
            terms: numbers of the question's terms, with how often it holds each.
            k: how many are wanted; only passages that hold any of the terms come back.
            among: as for `nearest`.
        """
        ...

    def held(self, rows: Sequence[int]) -> dict[int, Held]:
        """Return what is kept of some passages for both sides, by row."""
        ...

    def tokens(self, rows: Sequence[int]) -> dict[int, TokenBytes]:
        """Return the tokens of some passages, by row."""
        ...
