"""Questions of the corpus's own list that are near the one asked: no model is run."""

from __future__ import annotations

import numpy as np

from indexer.names import fold_name
from indexer.snapshot.encoder import Vector
from indexer.snapshot.questions import Questions

MOST = 3

FEWEST = 8
"""Questions from which on their mean says what all of them share: "how did cities"."""

NEAR = 0.25
"""Cosine, without what all questions share, below which a question is about something else."""

NEAR_AS_IT_IS = 0.6
"""The same in a list too short for a mean: questions that share nothing but "how did cities"
come as near as 0.58."""


def related(questions: Questions, question: str, vector: Vector) -> list[str]:
    """Return the nearest questions of a list, the nearest first, at most `MOST`.

    Args:
        questions: the list, with its vectors.
        question: that was asked; it is not offered again, however it is written.
        vector: its own, normalised.
    """
    cosines, least = _cosines(questions.vectors, vector)
    asked = fold_name(question)
    order = np.argsort(-cosines, kind="stable")
    near = [questions.texts[at] for at in order.tolist() if cosines[at] >= least]
    return [text for text in near[: MOST + 1] if fold_name(text) != asked][:MOST]


def _cosines(listed: Vector, asked: Vector) -> tuple[Vector, float]:
    """Those of a question to each of the list, and from which on they say something."""
    if len(listed) < FEWEST:
        return listed @ asked, NEAR_AS_IT_IS
    shared = listed.mean(axis=0)
    own, others = asked - shared, listed - shared
    lengths = np.linalg.norm(own) * np.linalg.norm(others, axis=1)
    return np.divide(others @ own, lengths, where=lengths > 0, out=np.zeros(len(listed))), NEAR
