"""Passages that say alike answer alike: each score leans on those of the passages nearest to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.vectors import Rows, Scores

DEPTH = 50
"""Passages that lean on each other, the best ones so far."""

COUNT = 10
"""Neighbours on which each of them leans."""

WEIGHT = 0.7
"""Share of the neighbours in the lowest score; the passage's own has the rest."""

STANDING = 3
"""Passages lean less by this power of where they stand between the lowest score and the highest:
what has much on its own hardly needs its neighbours, and a question that one passage answers loses
it no more to those that are many."""

ROUNDS = 2
"""How often scores are drawn: in the second round neighbours have been drawn by theirs. A third one
gains nothing more."""

POWER = 4
"""Neighbours weigh by this power of their cosine: the near ones count, the far ones hardly."""


def leant(
    scores: Scores, first: Rows, vectors: NDArray[np.float32], share: Scores, weight: float = WEIGHT
) -> Scores:
    """Draw the score of each passage towards the mean of its neighbours' scores.

    Two passages near each other tend to be relevant together (F. Diaz 2005, "Regularizing Ad Hoc
    Retrieval Scores"). What stands alone among the best loses, what is one of many gains; the
    best leans on none. Each round starts from a passage's own score again, so that this keeps its
    share (D. Zhou and others 2003, "Learning with Local and Global Consistency").

    Args:
        scores: of shape (passages,).
        first: places in `scores` of the best passages, none of which falls behind the others.
        vectors: of these, normalised, of shape (len(first), dimension).
        share: how much of `weight` the neighbours of each passage have, at most 1.
        weight: share of the neighbours in the lowest score.

    Returns:
        An array of shape (passages,), its highest value as before.
    """
    if len(first) < 2:
        return scores
    near = np.maximum(vectors @ vectors.T, 0) ** POWER
    np.fill_diagonal(near, 0)
    if len(first) - 1 > COUNT:
        near *= near >= np.partition(near, -COUNT, axis=1)[:, -COUNT, None]
    total, own = near.sum(axis=1), scores[first]
    leaning = np.float32(weight) * share[first] * (total > 0) * (1 - _standing(own) ** STANDING)
    near /= np.where(total > 0, total, 1)[:, None]
    drawn = own
    for _ in range(ROUNDS):
        drawn = own + leaning * (near @ drawn - own)
    moved = scores.copy()
    moved[first] = drawn + (own.max() - drawn.max())
    return moved


def _standing(scores: Scores) -> Scores:
    """Where each score stands between the lowest, 0, and the highest, 1; 0 if all are alike."""
    low, high = scores.min(), scores.max()
    standing: Scores = (scores - low) / (high - low if high > low else np.float32(1))
    return standing
