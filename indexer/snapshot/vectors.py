"""Passage vectors in FAISS: normalised, compared by inner product, which then is the cosine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.manifest import CENTRE, VECTORS

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


def write_vectors(folder: Path, batches: Iterable[NDArray[np.float32]], dimension: int) -> None:
    """Write an exact index of normalised vectors, and their mean.

    Args:
        folder: the snapshot.
        batches: arrays of shape (any, dimension), in the order of rows.
        dimension: length of a vector.
    """
    index = faiss.IndexFlatIP(dimension)
    total = np.zeros(dimension, dtype=np.float64)
    for batch in batches:
        index.add(np.ascontiguousarray(batch, dtype=np.float32))
        total += batch.sum(axis=0, dtype=np.float64)
    np.save(folder / CENTRE, (total / max(index.ntotal, 1)).astype(np.float32))
    # FAISS's own file writer says nothing of a full disk; Python's does.
    with (folder / VECTORS).open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


class Vectors:
    """The vectors of a snapshot. Open only what the manifest's checksum vouches for.

    Attributes:
        centre: mean of all vectors, of shape (dimension,): its inner product with a question is
            the question's mean cosine over the whole collection.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._index: Any = faiss.read_index(str(folder / VECTORS), faiss.IO_FLAG_MMAP_IFC)
            self.centre: NDArray[np.float32] = np.load(folder / CENTRE)
        except (RuntimeError, OSError, ValueError, EOFError) as error:
            raise DamagedError(f"{folder}: no vectors to be read; rebuild the index") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, query: NDArray[np.float32], k: int, among: Rows | None = None
    ) -> tuple[Rows, Scores]:
        """Return the `k` nearest rows and their cosines, best first.

        Args:
            query: normalised vector of shape (dimension,).
            k: how many; fewer come back from fewer rows.
            among: the only rows to look at; all if None.
        """
        if among is None:
            scores, rows = self._index.search(query[None, :], min(k, len(self)))
            return rows[0], scores[0]
        cosines = self.cosines(query, among)
        order = np.lexsort((among, -cosines))[:k]
        return among[order], cosines[order]

    def cosines(self, query: NDArray[np.float32], rows: Rows) -> Scores:
        """Return the cosine of each row with the query, of shape (len(rows),)."""
        found: Scores = self.at(rows) @ query
        return found

    def at(self, rows: Rows) -> NDArray[np.float32]:
        """Return the vectors of rows, of shape (len(rows), dimension)."""
        found: NDArray[np.float32] = self._index.reconstruct_batch(rows)
        return found
