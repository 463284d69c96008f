"""Passages that say something alike, by their stored vectors: no model is run."""

from __future__ import annotations

import numpy as np

from indexer.snapshot.snapshot import Snapshot
from search_api.engine.copies import Copies


def similar_rows(snapshot: Snapshot, copies: Copies, row: int, k: int) -> list[tuple[int, float]]:
    """Return the `k` passages nearest to one, with their cosines, best first.

    The passage itself and its copies are left out, as are passages that do not inform; of other
    copies the nearest stands for all.
    """
    vectors, silent = snapshot.vectors, snapshot.columns.noise
    own = vectors.at(np.array([row], dtype=np.int64))[0]
    depth = 2 * k + 1 + copies.others(row)
    while True:
        rows, cosines = vectors.search(own, depth)
        ranked = [(row, 1.0), *zip(rows.tolist(), cosines.tolist(), strict=True)]
        firsts = copies.firsts(each for each, _ in ranked)[1:]
        found = [ranked[at] for at in firsts if not silent[ranked[at][0]]]
        if len(found) >= k or depth >= len(vectors):
            return found[:k]
        depth *= 2
