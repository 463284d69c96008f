"""Which passages hold which terms, put in order on disk: a collection of any size fits."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Entries = NDArray[np.int32]
"""Of shape (any, 3): number of a term, row of a passage, how often it holds the term."""

AT_ONCE = 1 << 18
"""Entries that are in memory together."""

_PASSES = "postings.tmp"


class Postings:
    """Terms of passages, added passage by passage and given back term by term.

    Attributes:
        lengths: terms of each passage, repetitions counted.
    """

    def __init__(self, folder: Path) -> None:
        """Take a folder for what does not stay in memory; it is there until this is closed."""
        self._path = folder / _PASSES
        self._file = self._path.open("wb")
        self._numbers: dict[str, int] = {}
        self._held = array("i")
        self._waiting = array("i")
        self.lengths = array("i")

    def __enter__(self) -> Postings:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def add(self, terms: Iterable[str]) -> None:
        """Add the terms of the next passage."""
        row, counted = len(self.lengths), Counter(terms)
        self.lengths.append(counted.total())
        for term, times in counted.items():
            number = self._numbers.setdefault(term, len(self._numbers))
            if number == len(self._held):
                self._held.append(0)
            self._held[number] += 1
            self._waiting.extend((number, row, times))
        if len(self._waiting) >= 3 * AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._waiting.tofile(self._file)
        self._waiting = array("i")

    def terms(self) -> tuple[list[bytes], NDArray[np.int64]]:
        """Every term in UTF-8, sorted, and how many passages hold each of them."""
        held = np.frombuffer(self._held, dtype=np.int32)[self._order()].astype(np.int64)
        return sorted(term.encode() for term in self._numbers), held

    def _order(self) -> NDArray[np.int64]:
        """Numbers, as they were given out, in the order of the terms."""
        ordered = sorted(self._numbers, key=str.encode)
        return np.array([self._numbers[term] for term in ordered], dtype=np.int64)

    def in_order(self) -> Iterator[tuple[NDArray[np.int64], Entries]]:
        """Yield all entries in blocks, each with its place among all.

        Terms are numbered in the order of `terms`; all entries are ordered by term, then by row.
        """
        self._flush()
        self._file.flush()
        order = self._order()
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.arange(len(order))
        free = np.concatenate([[0], np.cumsum(self.terms()[1])])
        for block in _blocks(self._path):
            block[:, 0] = number[block[:, 0]]
            block = block[np.argsort(block[:, 0], kind="stable")]
            found, firsts, counts = np.unique(block[:, 0], return_index=True, return_counts=True)
            places = np.arange(len(block)) + np.repeat(free[found] - firsts, counts)
            free[found] += counts
            yield places, block


def _blocks(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while held := file.read(AT_ONCE * 12):
            yield np.frombuffer(held, dtype=np.int32).reshape(-1, 3).copy()
