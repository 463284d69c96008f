"""The terms of a snapshot, sorted, in one mapped file: none is read that is not looked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.arrays import mapped

TERMS, STARTS = "terms.bin", "terms.npy"


class Vocabulary:
    """Finds the number of a term, which is its place among all in the order of their UTF-8."""

    def __init__(self, folder: Path) -> None:
        """Map the files.

        Raises:
            OSError: they cannot be read.
            ValueError: they do not fit each other.
        """
        self._starts: NDArray[np.int64] = mapped(folder / STARTS)
        size = int(self._starts[-1])
        if (folder / TERMS).stat().st_size != size:
            raise ValueError("terms of different indexes")
        # An empty file cannot be mapped.
        self._text = np.memmap(folder / TERMS, np.uint8, "r") if size else np.zeros(0, np.uint8)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def number(self, term: str) -> int | None:
        """The number of a term; None if no passage holds it."""
        wanted = term.encode()
        place = bisect_left(range(len(self)), wanted, key=self._term)
        return place if place < len(self) and self._term(place) == wanted else None

    def _term(self, number: int) -> bytes:
        return self._text[self._starts[number] : self._starts[number + 1]].tobytes()


def write_vocabulary(folder: Path, terms: Sequence[bytes]) -> None:
    """Write terms, in UTF-8 and sorted."""
    (folder / TERMS).write_bytes(b"".join(terms))
    np.save(folder / STARTS, np.cumsum([0, *map(len, terms)], dtype=np.int64))
