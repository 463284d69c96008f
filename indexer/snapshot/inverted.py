"""Vectors of a large collection: in lists at 8 bits a dimension, and all in half precision.

Both files are mapped: a question touches some of the lists, and a row here and there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.arrays import ReadRows, mapped, new_array, save_array
from indexer.snapshot.kinds import (
    AGAIN,
    GATHERED,
    RECALL,
    TRAINED,
    Plan,
)
from indexer.snapshot.manifest import HALVES, LISTS, SIZES, VECTORS, VectorsInfo

# FAISS's annotations are those of the C++ below its Python.
_Selected: Any = faiss.IDSelectorBitmap
_Parameters: Any = faiss.SearchParametersIVF

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

AT_ONCE = 1 << 15
"""Vectors that are in memory together while an index is built."""

SAMPLED = 200
"""Passages by which recall is measured, spread evenly."""

NEAREST = 10
"""Neighbours of each of these that must be found."""

_ALIKE = 1e-5
"""Difference of cosines that counts as none: copies may stand for each other."""

_ROUNDS, _SEED = 10, 1234


class Inverted:
    """Searches an inverted file; of what it finds the best are compared in half precision."""

    def __init__(self, folder: Path, index: Any) -> None:
        """Take the snapshot, and its index as FAISS read it, without what is in its lists.

        Raises:
            OSError: a file cannot be read.
            ValueError: the files do not fit each other.
        """
        self._index = index
        self._halves: NDArray[np.float16] = mapped(folder / HALVES)
        sizes = np.load(folder / SIZES)
        if self._halves.shape != (sizes.sum(), index.d) or len(sizes) != index.nlist:
            raise ValueError("vectors of another index")
        before = (folder / HALVES).stat().st_size - self._halves.nbytes
        self._rows = ReadRows(folder / HALVES, np.float16, index.d, before)
        if (folder / LISTS).stat().st_size != sizes.sum() * (index.code_size + 8):
            raise ValueError("lists of another index")
        _take(index, sizes, folder)

    def __len__(self) -> int:
        return len(self._halves)

    def search(self, query: Scores, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Return the nearest rows and their cosines, best first; see `Vectors.search`."""
        if among is not None and len(among) <= GATHERED:
            return nearest(query, self.at(among), among, k)
        found = self._found(query, min(AGAIN * k, len(self)), among)
        return nearest(query, self.at(found), found, k)

    def _found(self, query: Scores, k: int, among: Rows | None) -> Rows:
        parameters = _Parameters(nprobe=self._index.nprobe)
        if among is not None:
            mask = np.zeros(len(self), dtype=np.bool_)
            mask[among] = True
            bits = np.packbits(mask, bitorder="little")
            allowed = _Selected(bits)
            probes = self._index.nprobe * len(self) // len(among) + 1
            parameters = _Parameters(nprobe=min(probes, self._index.nlist), sel=allowed)
        _, rows = self._index.search(query[None, :], k, params=parameters)
        found: Rows = rows[0]
        return np.sort(found[found >= 0])

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


def write_inverted(
    folder: Path, batches: Iterable[NDArray[np.float32]], dimension: int, plan: Plan
) -> VectorsInfo:
    """Write an inverted file, learned from a sample, and all vectors in half precision.

    Args:
        folder: the snapshot.
        batches: arrays of shape (any, dimension), in the order of rows.
        dimension: length of a vector.
        plan: how many will come, and how many lists to make.

    Returns:
        What was made, with as many lists searched as the recall wanted takes.
    """
    halves = new_array(folder / HALVES, np.float16, (plan.count, dimension))
    row = 0
    for batch in batches:
        halves[row : row + len(batch)] = batch
        row += len(batch)
    index = _trained(halves, plan)
    _fill(index, halves, folder)
    info = _tuned(index, halves, plan)
    _give(index, faiss.ArrayInvertedLists(index.nlist, index.code_size), 0)
    save(index, folder / VECTORS)
    return info


def _trained(halves: NDArray[np.float16], plan: Plan) -> Any:
    dimension = halves.shape[1]
    quantiser = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        quantiser,
        dimension,
        plan.lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.niter, index.cp.seed, index.cp.min_points_per_centroid = _ROUNDS, _SEED, 1
    index.cp.spherical = True
    rows = _spread(len(halves), plan.lists * TRAINED)
    index.train(halves[rows].astype(np.float32))
    return index


def _fill(index: Any, halves: NDArray[np.float16], folder: Path) -> None:
    """Sort the codes of all vectors into lists in a file, and let the index read them there."""
    wide = index.sa_code_size() - index.code_size
    spilled = folder / "codes.tmp"
    codes = new_array(spilled, np.uint8, (len(halves), index.code_size))
    lists = np.zeros((len(halves), 8), dtype=np.uint8)
    for number, block in enumerate(_blocks(halves)):
        held = slice(number * AT_ONCE, number * AT_ONCE + len(block))
        encoded = index.sa_encode(block)
        lists[held, :wide], codes[held] = encoded[:, :wide], encoded[:, wide:]
    numbers = lists.view("<i8")[:, 0]
    order = np.argsort(numbers, kind="stable")
    sizes = np.bincount(numbers, minlength=index.nlist)
    with (folder / LISTS).open("wb") as file:
        for rows in np.split(order, np.cumsum(sizes)[:-1]):
            file.write(codes[rows].tobytes())
            file.write(rows.astype("<i8").tobytes())
    spilled.unlink()
    save_array(folder / SIZES, sizes)
    _take(index, sizes, folder)


def _take(index: Any, sizes: NDArray[np.int64], folder: Path) -> None:
    """Let an index read its lists where they are: codes, then rows, one list after the other."""
    width = index.code_size + 8
    held: Any = faiss.OnDiskInvertedLists(index.nlist, index.code_size, str(folder / LISTS))
    held.read_only, held.totsize = True, int(sizes.sum()) * width
    held.prefetch_nthread = 0  # starting threads costs more than the reading that they begin early
    held.lists.clear()
    offset = 0
    for size in sizes.tolist():
        one = faiss.OnDiskOneList()
        one.size = one.capacity = size
        one.offset, offset = offset, offset + size * width
        held.lists.push_back(one)
    held.do_mmap()
    _give(index, held, int(sizes.sum()))


def _give(index: Any, lists: Any, count: int) -> None:
    """Make lists an index's own, which frees them."""
    lists.this.disown()
    index.replace_invlists(lists, True)
    index.ntotal = count


def _tuned(index: Any, halves: NDArray[np.float16], plan: Plan) -> VectorsInfo:
    """Search as many lists as are needed."""
    rows = _spread(len(halves), SAMPLED) if len(halves) > 1 else np.zeros(0, dtype=np.int64)
    least = _tenth(halves, rows)
    index.nprobe = plan.first_probes
    first = reached = _recall(index, halves, rows, least)
    probes = index.nprobe
    while reached < RECALL and index.nprobe < plan.lists:
        index.nprobe = min(2 * index.nprobe, plan.lists)
        reached = _recall(index, halves, rows, least)
    return VectorsInfo("ivf", plan.lists, index.nprobe, round(reached, 4), probes, round(first, 4))


def _recall(index: Any, halves: NDArray[np.float16], rows: Rows, least: Scores) -> float:
    """Share of the nearest passages of sampled ones that a search finds, themselves left out."""
    if not len(rows):
        return 1.0
    queries, wanted = halves[rows].astype(np.float32), min(NEAREST, len(halves) - 1)
    _, found = index.search(queries, AGAIN * (NEAREST + 1))
    shares = []
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
