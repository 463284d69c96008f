"""The first passages put in the order of a cross-encoder, where one was asked for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows, Scores
from search_api.engine import noise
from search_api.engine.preference import FIRST, preferences
from search_api.engine.ranking import Ranking

DEPTH = 20
"""Passages that a cross-encoder reads for a question. Its time grows with them, and below the
twentieth place there is rarely an answer that the first page should have had."""


class Reranker(Protocol):
    """Reads a question together with each passage. Safe to share between threads.

    Attributes:
        name: as the user gave it.
    """

    name: str

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return how well each passage answers, of shape (passages,): the higher, the better."""
        ...


def reranked(snapshot: Snapshot, question: str, ranking: Ranking, reranker: Reranker) -> Ranking:
    """Return a ranking with its first `DEPTH` passages in the order of a cross-encoder.

    Args:
        snapshot: that was asked.
        question: with even white space.
        ranking: of both sides.
        reranker: reads title, headings and text of each passage, as they were embedded.
    """
    rows = ranking.rows[:DEPTH]
    if len(rows) < 2:
        return ranking
    texts = [hit.passage.embedded for hit in snapshot.passages.hits(rows.tolist())]
    found = reranker.scores(question, texts)
    order = exchanged(found, standings(snapshot, question, ranking, rows))
    places = np.concatenate([order, np.arange(len(rows), len(ranking.rows))])
    return replace(ranking, rows=ranking.rows[places])


def exchanged(scores: Scores, standing: Sequence[Hashable]) -> Rows:
    """Order passages by score, each in a place that one of its own standing had.

    Args:
        scores: of the passages as they stand, of shape (passages,); equal ones stay as they are.
        standing: of each of them.

    Returns:
        Which passage comes to each place, of shape (passages,).
    """
    order = np.arange(len(scores))
    held = {each: number for number, each in enumerate(dict.fromkeys(standing))}
    numbers = np.array([held[each] for each in standing], dtype=np.int64)
    for number in held.values():
        places = np.flatnonzero(numbers == number)
        order[places] = places[np.argsort(-scores[places], kind="stable")]
    return order


def standings(
    snapshot: Snapshot, question: str, ranking: Ranking, rows: Rows
) -> list[tuple[bool, bool]]:
    """What a cross-encoder has no say in: whether a passage is the place's own, and informs.

    A passage of the place that the question names stays before all others, and what does not
    inform, unless that is asked for, stays behind what it was behind.
    """
    gains = preferences(
        ranking.places, snapshot.places, snapshot.labels, snapshot.manifest.passages
    )
    own = np.zeros(len(rows), dtype=np.bool_) if gains is None else gains[rows] >= FIRST
    silent = snapshot.columns.noise[rows] & (not noise.asks_for_contact(question))
    return list(zip(own.tolist(), silent.tolist(), strict=True))
