"""The terms of a snapshot, sorted, in one mapped file: none is read that is not looked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.arrays import mapped, save_array

TERMS, STARTS = "terms.bin", "terms.npy"

REMEMBERED = 4096
"""Terms whose numbers are not looked for again: a question needs each of its own several times."""

_BEHIND = b"\xff"
"""Behind all that UTF-8 begins a letter with."""


class Vocabulary:
    """Finds the number of a term, which is its place among all in the order of their UTF-8."""

    def __init__(self, folder: Path) -> None:
        """Map the files.

        Raises:
            OSError: they cannot be read.
            ValueError: they do not fit each other.
        """
        self._starts = mapped(folder / STARTS).data  # a view whose numbers are plain ones
        with (folder / TERMS).open("rb") as file:
            size = file.seek(0, 2)
            # An empty file cannot be mapped.
            self._text = mmap(file.fileno(), 0, access=ACCESS_READ) if size else b""
        if self._starts[-1] != size:
            raise ValueError("terms of different indexes")
        self.number = lru_cache(maxsize=REMEMBERED)(self._number)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def beginning(self, letter: str) -> tuple[bytes, NDArray[np.int64]]:
        """Return the terms that begin with a letter, one after the other, and where each starts.

        The last of the numbers is where the text ends.
        """
        wanted, every = letter.encode(), range(len(self))
        first = bisect_left(every, wanted, key=self._term)
        last = bisect_left(every, wanted + _BEHIND, lo=first, key=self._term)
        starts = np.asarray(self._starts[first : last + 1])
        return self._text[starts[0] : starts[-1]], starts - starts[0]

    def _number(self, term: str) -> int | None:
        """The number of a term; None if no passage holds it."""
        wanted = term.encode()
        place = bisect_left(range(len(self)), wanted, key=self._term)
        return place if place < len(self) and self._term(place) == wanted else None

    def _term(self, number: int) -> bytes:
        return self._text[self._starts[number] : self._starts[number + 1]]


def write_vocabulary(folder: Path, terms: Sequence[bytes]) -> None:
    """Write terms, in UTF-8 and sorted."""
    (folder / TERMS).write_bytes(b"".join(terms))
    save_array(folder / STARTS, np.cumsum([0, *map(len, terms)], dtype=np.int64))
