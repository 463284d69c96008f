"""One score from two: cosine and BM25 brought to one scale and added."""

from __future__ import annotations

import numpy as np

from indexer.snapshot.vectors import Scores

DENSE_WEIGHT = 0.5
"""Share of the dense side; the lexical side has the rest."""


def fuse(cosines: Scores, mean_cosine: float, bm25: Scores, weight: float = DENSE_WEIGHT) -> Scores:
    """Combine both scores of the same passages; the result is at most 1.

    A convex combination after scaling each side between what it gives a passage that has nothing
    to do with the question and what it gives its best one (S. Bruch, S. Gai and A. Ingber 2023,
    "An Analysis of Fusion Functions for Hybrid Retrieval"). For BM25 the lower end is 0, for the
    cosine the mean over the whole collection.

    Args:
        cosines: of shape (passages,).
        mean_cosine: mean cosine of the question over the whole collection.
        bm25: of shape (passages,).
        weight: share of the dense side.
    """
    dense = _scaled(cosines, mean_cosine)
    return weight * dense + (1 - weight) * _scaled(bm25, 0.0)


def _scaled(scores: Scores, floor: float) -> Scores:
    span = float(scores.max(initial=floor)) - floor
    return (scores - np.float32(floor)) / np.float32(span) if span > 0 else np.zeros_like(scores)
