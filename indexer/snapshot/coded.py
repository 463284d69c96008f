"""Vectors of a large collection: codes of two bits a dimension, and all in half precision.

A question is compared with all codes; the vectors of the nearest are then compared themselves.
Codes are RaBitQ's (Gao et al., Practical and Asymptotically Optimal Quantization of
High-Dimensional Vectors in Euclidean Space for Approximate Nearest Neighbor Search, SIGMOD 2025).
Both files are mapped, so that processes share them, and opening them reads next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.arrays import ReadRows, mapped, new_array
from indexer.snapshot.kinds import AGAIN, COMPARED, GATHERED, MOST_COMPARED, RECALL
from indexer.snapshot.manifest import HALVES, VECTORS, VectorsInfo

# FAISS's annotations are those of the C++ below its Python.
_Allowed: Any = faiss.IDSelectorBitmap
_Parameters: Any = faiss.RaBitQSearchParameters

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

AT_ONCE = 1 << 15
"""Vectors that are in memory together while an index is built."""

BITS = 2
"""Of a code for each dimension. With one, several times as many would have to be compared again."""

LEARNED = 100_000
"""Vectors whose mean is the point from which codes are told."""

SAMPLED = 200
"""Passages by which recall is measured, spread evenly."""

NEAREST = 10
"""Neighbours of each of these that must be found."""

_ALIKE = 1e-5
"""Difference of cosines that counts as none: copies may stand for each other."""

_SEED = 1234


class Coded:
    """Compares codes, and of what is nearest by them the vectors in half precision."""

    def __init__(self, folder: Path, index: Any, compared: int) -> None:
        """Take the snapshot, its codes as FAISS read them, and how many to compare once more.

        Raises:
            OSError: a file cannot be read.
            ValueError: the files do not fit each other.
        """
        self._index, self._compared = index, compared
        self._halves: NDArray[np.float16] = mapped(folder / HALVES)
        if self._halves.shape != (index.ntotal, index.d):
            raise ValueError("vectors of another index")
        before = (folder / HALVES).stat().st_size - self._halves.nbytes
        self._rows = ReadRows(folder / HALVES, np.float16, index.d, before)

    def __len__(self) -> int:
        return len(self._halves)

    def search(self, query: Scores, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Return the nearest rows and their cosines, best first; see `Vectors.search`."""
        if among is not None and len(among) <= GATHERED:
            return nearest(query, self.at(among), among, k)
        wanted = max(self._compared, AGAIN * k)
        found = _found(self._index, query[None, :], wanted, self._selected(among))[0]
        found = np.sort(found[found >= 0])
        return nearest(query, self.at(found), found, k)

    def _selected(self, among: Rows | None) -> Any:
        if among is None:
            return None
        mask = np.zeros(len(self), dtype=np.bool_)
        mask[among] = True
        return _Parameters(sel=_Allowed(np.packbits(mask, bitorder="little")))

    def at(self, rows: Rows) -> Scores:
        """Return the vectors of rows, of shape (len(rows), dimension)."""
        if len(rows) > GATHERED:
            return self._halves[rows].astype(np.float32)
        return self._rows.spans((row, row + 1) for row in rows.tolist()).astype(np.float32)


def nearest(query: Scores, held: Scores, rows: Rows, k: int) -> tuple[Rows, Scores]:
    """Return the `k` of some rows whose vectors are nearest, best first; equal ones by row."""
    cosines = held @ query
    order = np.lexsort((rows, -cosines))[:k]
    return rows[order], cosines[order]


def write_coded(
    folder: Path, batches: Iterable[NDArray[np.float32]], dimension: int, count: int
) -> VectorsInfo:
    """Write codes of all vectors, and the vectors in half precision.

    Args:
        folder: the snapshot.
        batches: arrays of shape (any, dimension), in the order of rows.
        dimension: length of a vector.
        count: vectors that will come.

    Returns:
        How they are searched: as many are compared once more as the recall wanted takes.
    """
    halves = new_array(folder / HALVES, np.float16, (count, dimension))
    row = 0
    for batch in batches:
        halves[row : row + len(batch)] = batch
        row += len(batch)
    index = _empty(dimension)
    if count:
        index.train(halves[_spread(count, LEARNED)].astype(np.float32))
    for block in _blocks(halves):
        index.add(block)
    save(index, folder / VECTORS)
    return _tuned(index, halves)


def _empty(dimension: int) -> Any:
    """An index without vectors.

    They are turned first, always the same way: codes give each dimension as many bits as any
    other, and a model may keep most of what it says in a few.
    """
    turned: Any = faiss.RandomRotationMatrix(dimension, dimension)
    turned.init(_SEED)
    codes: Any = faiss.IndexRaBitQ(dimension, faiss.METRIC_INNER_PRODUCT, BITS)
    index: Any = faiss.IndexPreTransform(turned, codes)
    turned.this.disown()
    codes.this.disown()
    index.own_fields = True
    return index


def _found(index: Any, queries: Scores, k: int, selected: Any = None) -> NDArray[np.int64]:
    """Rows of the nearest by their codes, of shape (queries, k) at most; -1 where there is none."""
    found: NDArray[np.int64] = index.search(queries, min(k, index.ntotal), params=selected)[1]
    return found


def _tuned(index: Any, halves: NDArray[np.float16]) -> VectorsInfo:
    """Compare as many once more as are needed."""
    rows = _spread(len(halves), SAMPLED) if len(halves) > 1 else np.zeros(0, dtype=np.int64)
    least = _tenth(halves, rows)
    compared = COMPARED
    first = reached = _recall(index, halves, rows, least, compared)
    while reached < RECALL and compared < min(MOST_COMPARED, len(halves)):
        compared *= 2
        reached = _recall(index, halves, rows, least, compared)
    return VectorsInfo("rabitq", compared, round(reached, 4), COMPARED, round(first, 4))


def _recall(
    index: Any, halves: NDArray[np.float16], rows: Rows, least: Scores, compared: int
) -> float:
    """Share of the nearest passages of sampled ones that a search finds, themselves left out."""
    if not len(rows):
        return 1.0
    queries, wanted = halves[rows].astype(np.float32), min(NEAREST, len(halves) - 1)
    shares = []
    found = _found(index, queries, compared)
    for row, query, near, limit in zip(rows, queries, found, least, strict=True):
        others = near[(near >= 0) & (near != row)]
        cosines = halves[others].astype(np.float32) @ query
        shares.append(min(int((cosines >= limit - _ALIKE).sum()), wanted) / wanted)
    return float(np.mean(shares))


def _tenth(halves: NDArray[np.float16], rows: Rows) -> Scores:
    """Cosine of each row's tenth nearest other one, by comparing all."""
    queries = halves[rows].astype(np.float32)
    best = np.full((len(rows), NEAREST), -np.inf, dtype=np.float32)
    for number, block in enumerate(_blocks(halves)):
        cosines = queries @ block.T
        first = number * AT_ONCE
        own = np.flatnonzero((rows >= first) & (rows < first + len(block)))
        cosines[own, rows[own] - first] = -np.inf
        both = np.concatenate([best, cosines], axis=1)
        best = -np.partition(-both, NEAREST - 1, axis=1)[:, :NEAREST]
    tenth: Scores = best.min(axis=1)
    return tenth


def _blocks(halves: NDArray[np.float16]) -> Iterator[Scores]:
    for first in range(0, len(halves), AT_ONCE):
        yield halves[first : first + AT_ONCE].astype(np.float32)


def _spread(count: int, wanted: int) -> Rows:
    """At most so many rows, spread evenly."""
    return np.unique(np.linspace(0, count - 1, min(wanted, count)).astype(np.int64))


def save(index: Any, path: Path) -> None:
    """Write an index to a file."""
    # FAISS's own file writer says nothing of a full disk; Python's does.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
