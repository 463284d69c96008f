"""From a question to ranked passages: encode, retrieve on both sides, fuse, prefer its places."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import numpy as np

from indexer.snapshot.labels import Mask
from indexer.snapshot.lexical import best
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows, Scores
from search_api.engine import feedback, noise
from search_api.engine.asked import asked_places
from search_api.engine.cache import BoundedCache, Encoded, encoded_bytes
from search_api.engine.fusion import DENSE_SHARE, dense_share, fuse
from search_api.engine.preference import FIRST, preferences
from search_api.engine.stages import ALL, Stages

Mode = Literal["hybrid", "dense", "lexical"]

DEPTH = 100
"""Passages that each side gives before they are fused. It is the same for every page of an answer:
pages of one ranking neither repeat nor lose an excerpt."""

PLACE_GAIN = 1.4
"""How much more the dense side counts among the own passages of a place: most of them hold its
name, so that the question's other words are all that the lexical side has to tell them apart."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranked passages, and what finding them cost in milliseconds.

    Attributes:
        rows: of the passages, best first.
        scores: theirs.
        bm25: theirs on the lexical side.
        query: the question's vector, of shape (dimension,).
    """

    rows: Rows
    scores: Scores
    bm25: Scores
    query: Scores
    encode: float
    retrieve: float


class Ranker:
    """Ranks the passages of one snapshot. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, cache: int = 0) -> None:
        """Take a snapshot, and the bytes in which encoded questions may be kept."""
        self._snapshot = snapshot
        self.encoded = BoundedCache[Encoded](cache, encoded_bytes)
        self._weight = np.ones(snapshot.manifest.passages, dtype=np.float32)
        self._weight[snapshot.passages.noise()] = noise.WEIGHT
        self._share = _shares(snapshot)

    def rank(
        self,
        question: str,
        k: int,
        mode: Mode = "hybrid",
        depth: int = DEPTH,
        allowed: Mask | None = None,
        stages: Stages = ALL,
    ) -> Ranking:
        """Rank passages by one side or both.

        Args:
            question: with even white space; one that is too long is cut.
            k: passages wanted at most.
            mode: both sides, or one alone, which knows nothing of places.
            depth: passages that each side gives; what neither gives is not ranked.
            allowed: the only passages to rank; all if None.
            stages: what to do beyond plain fusion, where both sides rank.
        """
        began = time.perf_counter()
        encode = self._snapshot.encoder.encode_question
        query, _ = self.encoded.get(question, lambda: encode(question))
        encoded = time.perf_counter()
        lexical = self._snapshot.lexical
        bm25 = lexical.scores(lexical.analyzer.question_terms(question))
        among = None
        if allowed is not None:
            bm25[~allowed] = 0
            among = np.flatnonzero(allowed)
        if mode == "lexical":
            rows, scores = best(bm25, k)
        elif mode == "dense":
            rows, scores = self._snapshot.vectors.search(query, k, among)
        else:
            rows, scores = self._hybrid(question, query, bm25, depth, among, stages)
            rows, scores = rows[:k], scores[:k]
        spent = _ms(began, encoded), _ms(encoded, time.perf_counter())
        return Ranking(rows, scores, bm25[rows], query, *spent)

    def _hybrid(
        self,
        question: str,
        query: Scores,
        bm25: Scores,
        depth: int,
        among: Rows | None,
        stages: Stages,
    ) -> tuple[Rows, Scores]:
        """Both sides fused; the passages of the question's places come first."""
        places, labels = self._snapshot.places, self._snapshot.labels
        share = self._share if stages.language else np.full_like(self._share, DENSE_SHARE)
        rows = self._candidates(query, bm25, depth, among)
        scores = self._fused(query, bm25, rows, among, share, stages)
        gains = preferences(asked_places(question, places, labels), places, labels, len(bm25))
        if gains is not None:
            scores = scores + gains[rows]
            first = _within(np.flatnonzero(gains >= FIRST), among)
            own = self._candidates(query, bm25, depth, first)
            fused = self._fused(query, bm25, own, first, share * PLACE_GAIN, stages)
            others = ~np.isin(rows, own)
            rows = np.concatenate([own, rows[others]])
            # Scores stay at most 1, and a question without places is not touched.
            scores = np.concatenate([fused + FIRST, scores[others]]) / (1 + gains.max())
        if not noise.asks_for_contact(question):
            scores -= (1 - self._weight[rows]) * np.abs(scores)  # a score may be negative
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _candidates(self, query: Scores, bm25: Scores, depth: int, among: Rows | None) -> Rows:
        """The best passages of either side, in no order."""
        lexical = bm25 if among is None else _masked(bm25, among)
        nearest, _ = self._snapshot.vectors.search(query, depth, among)
        return np.union1d(nearest, best(lexical, depth)[0])

    def _fused(
        self,
        query: Scores,
        bm25: Scores,
        rows: Rows,
        among: Rows | None,
        share: Scores,
        stages: Stages,
    ) -> Scores:
        """The candidates' scores on both sides as one, and once more after feedback."""
        vectors = self._snapshot.vectors
        held = vectors.at(rows)

        def fused(question: Scores) -> Scores:
            cosines = held @ question
            floor = float(question @ vectors.centre)
            if among is not None:
                floor = float(cosines.min(initial=floor))  # none of few passages is below nothing
            return fuse(cosines, floor, bm25[rows], share[rows])

        scores = fused(query)
        if not stages.feedback:
            return scores
        first = np.lexsort((rows, -scores))[: feedback.DEPTH]
        return fused(feedback.fed_back(query, held[first]))


def _shares(snapshot: Snapshot) -> Scores:
    """What the dense side counts for each passage, by its language."""
    pieces = snapshot.manifest.parameters["pieces"]
    shares = {language: dense_share(found) for language, found in pieces.items()}
    return np.array([shares[each] for each in snapshot.passages.languages()], dtype=np.float32)


def _within(rows: Rows, among: Rows | None) -> Rows:
    return rows if among is None else np.intersect1d(rows, among, assume_unique=True)


def _masked(scores: Scores, among: Rows) -> Scores:
    masked = np.zeros_like(scores)
    masked[among] = scores[among]
    return masked


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)
