"""One score from two: cosine and BM25 brought to one scale and added."""

from __future__ import annotations

import numpy as np

from indexer.snapshot.vectors import Scores

DENSE_SHARE = 0.5
"""Share of the dense side in a language that the model knows; the lexical side has the rest."""

LEAST_SHARE = 0.2
"""What the dense side keeps in a language that the model hardly knows."""

KNOWN, FALL = 1.3, 0.6
"""Pieces a word up to which a language counts as known, and what each further one takes away."""


def dense_share(pieces: float) -> float:
    """Return the share of the dense side for a language, by the pieces that its words are cut into.

    The default model cuts an English word into 1.1 pieces, a French one into 1.6, a Spanish one
    into 1.7: the less whole the words, the less their vectors tell of the meaning.
    """
    return float(np.clip(DENSE_SHARE - FALL * (pieces - KNOWN), LEAST_SHARE, DENSE_SHARE))


FEW, MANY = 0.1, 0.3
"""Share of all that the question's words could give, up to which the best passage holds hardly any
of them, and from which on it holds most."""


def share_by_words(share: Scores, reached: float) -> Scores:
    """Return the share of the dense side, by how many of the question's words are found.

    Where a language is foreign to the model its words decide, but only if the question has them:
    one in another language finds names and numbers alone, and is left to both sides alike.

    Args:
        share: of the dense side where the words are found, of shape (passages,).
        reached: share of all that the words could give which the best passage has, at most 1.
    """
    found = np.float32(np.clip((reached - FEW) / (MANY - FEW), 0, 1))
    return DENSE_SHARE - found * (DENSE_SHARE - share)


def fuse(
    cosines: Scores, mean_cosine: float, bm25: Scores, share: Scores | float = DENSE_SHARE
) -> Scores:
    """Combine both scores of the same passages; the result is at most 1.

    A convex combination after scaling each side between what it gives a passage that has nothing
    to do with the question and what it gives its best one (S. Bruch, S. Gai and A. Ingber 2023,
    "An Analysis of Fusion Functions for Hybrid Retrieval"). For BM25 the lower end is 0, for the
    cosine the mean over the whole collection.

    Args:
        cosines: of shape (passages,).
        mean_cosine: mean cosine of the question over the whole collection.
        bm25: of shape (passages,).
        share: what the dense side counts, the same for all or of shape (passages,).
    """
    weight = np.float32(share)
    return weight * _scaled(cosines, mean_cosine) + (1 - weight) * _scaled(bm25, 0.0)


def _scaled(scores: Scores, floor: float) -> Scores:
    span = float(scores.max(initial=floor)) - floor
    return (scores - np.float32(floor)) / np.float32(span) if span > 0 else np.zeros_like(scores)
