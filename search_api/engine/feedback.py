"""The question moved towards what was found first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DEPTH = 5
"""Passages that are taken for relevant, unseen."""

WEIGHT = 0.5
"""Weight of their mean beside the question's own vector."""


def fed_back(query: NDArray[np.float32], found: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the normalised sum of a question's vector and the weighted mean of what it found.

    Rocchio's formula without its negative part, on dense vectors (H. Li and others 2023, "Pseudo
    Relevance Feedback with Deep Language Models and Dense Retrievers").

    Args:
        query: normalised, of shape (dimension,).
        found: normalised vectors of the best passages, of shape (any, dimension).
    """
    if not len(found):
        return query
    moved = query + np.float32(WEIGHT) * found.mean(axis=0)
    length = np.linalg.norm(moved)
    return moved / length if length > 0 else query
