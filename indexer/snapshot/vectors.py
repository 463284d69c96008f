"""Passage vectors in FAISS: normalised, compared by inner product, which then is the cosine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.coded import Coded, Rows, Scores, nearest, save, write_coded
from indexer.snapshot.kinds import COMPARED, Plan
from indexer.snapshot.manifest import VECTORS, VectorsInfo
from indexer.snapshot.spread import Moments, load_spread, save_spread

__all__ = ["Rows", "Scores", "Vectors", "write_vectors"]


def write_vectors(
    folder: Path,
    batches: Iterable[NDArray[np.float32]],
    dimension: int,
    plan: Plan = Plan(),  # noqa: B008 - it is frozen
) -> VectorsInfo:
    """Write an index of normalised vectors, and how they are spread.

    Args:
        folder: the snapshot.
        batches: arrays of shape (any, dimension), in the order of rows.
        dimension: length of a vector.
        plan: the kind of index.

    Returns:
        How they are searched.
    """
    moments = Moments(dimension)
    if plan.kind == "rabitq":
        info = write_coded(folder, moments.of(batches), dimension, plan.count)
    else:
        index = faiss.IndexFlatIP(dimension)
        for batch in moments.of(batches):
            index.add(np.ascontiguousarray(batch, dtype=np.float32))
        save(index, folder / VECTORS)
        info = VectorsInfo()
    save_spread(moments.spread(), folder)
    return info


class _Exact:
    """Compares every vector."""

    def __init__(self, index: Any) -> None:
        self._index = index

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Scores, k: int, among: Rows | None) -> tuple[Rows, Scores]:
        if among is None:
            scores, rows = self._index.search(query[None, :], min(k, len(self)))
            return rows[0], scores[0]
        return nearest(query, self.at(among), among, k)

    def at(self, rows: Rows) -> NDArray[np.float32]:
        found: NDArray[np.float32] = self._index.reconstruct_batch(rows)
        return found


class Vectors:
    """The vectors of a snapshot. Open only what the manifest's checksum vouches for.

    Attributes:
        spread: of all vectors.
    """

    def __init__(self, folder: Path, compared: int = COMPARED) -> None:
        """Open what `write_vectors` wrote.

        Args:
            folder: the snapshot.
            compared: vectors that are compared once more where codes are searched.

        Raises:
            DamagedError: a file is missing, or not what was written.
        """
        try:
            self._held = _opened(folder, compared)
            self.spread = load_spread(folder)
        except (RuntimeError, OSError, ValueError, EOFError) as error:
            raise DamagedError(f"{folder}: no vectors to be read; rebuild the index") from error

    def __len__(self) -> int:
        return len(self._held)

    def search(
        self, query: NDArray[np.float32], k: int, among: Rows | None = None
    ) -> tuple[Rows, Scores]:
        """Return the `k` nearest rows and their cosines, best first.

        Args:
            query: normalised vector of shape (dimension,).
            k: how many; fewer come back from fewer rows.
            among: the only rows to look at; all if None.
        """
        # One question is no work for several threads: they would wait for each other.
        faiss.omp_set_num_threads(1)
        return self._held.search(query, k, among)

    def cosines(self, query: NDArray[np.float32], rows: Rows) -> Scores:
        """Return the cosine of each row with the query, of shape (len(rows),)."""
        found: Scores = self.at(rows) @ query
        return found

    def at(self, rows: Rows) -> NDArray[np.float32]:
        """Return the vectors of rows, of shape (len(rows), dimension)."""
        return self._held.at(rows)


def _opened(folder: Path, compared: int) -> _Exact | Coded:
    index: Any = faiss.read_index(str(folder / VECTORS), faiss.IO_FLAG_MMAP_IFC)
    coded = isinstance(index, faiss.IndexPreTransform)
    return Coded(folder, index, compared) if coded else _Exact(index)
