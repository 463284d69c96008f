"""Questions of the corpus's own list that are near the one asked: no model is run."""

from __future__ import annotations

import numpy as np

from indexer.names import fold_name
from indexer.snapshot.questions import Questions
from indexer.snapshot.vectors import Scores

MOST = 3

NEAR = 0.6
"""Cosine below which a question is about something else: two that share nothing but "how did
cities" come as near as 0.58."""


def related(questions: Questions, question: str, vector: Scores) -> list[str]:
    """Return the nearest questions of a list, the nearest first, at most `MOST`.

    Args:
        questions: the list, with its vectors.
        question: that was asked; it is not offered again, however it is written.
        vector: its own, normalised.
    """
    cosines = questions.vectors @ vector
    asked = fold_name(question)
    order = np.argsort(-cosines, kind="stable")
    near = [questions.texts[at] for at in order.tolist() if cosines[at] >= NEAR]
    return [text for text in near[: MOST + 1] if fold_name(text) != asked][:MOST]
