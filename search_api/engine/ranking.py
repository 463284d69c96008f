"""From a question to ranked passages: encode, retrieve on both sides, fuse, prefer its places."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from indexer.snapshot.labels import Mask
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows, Scores
from search_api.engine import feedback, late, noise
from search_api.engine.asked import Asked, asked_places
from search_api.engine.cache import BoundedCache, Encoded, encoded_bytes
from search_api.engine.fusion import DENSE_SHARE, dense_share, fuse
from search_api.engine.preference import FIRST, preferences
from search_api.engine.stages import ALL, Stages

Mode = Literal["hybrid", "dense", "lexical"]

DEPTH = 100
"""Passages that each side gives before they are fused. It is the same for every page of an answer:
pages of one ranking neither repeat nor lose an excerpt."""

PLACE_GAIN = 2.0
"""How much more the dense side counts among the own passages of a place. Most of them hold its
name, which is the best match of the lexical side and of late interaction, and tells nothing."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranked passages, and what finding them cost.

    Attributes:
        rows: of the passages, best first.
        scores: theirs.
        bm25: theirs on the lexical side.
        query: the question's vector, of shape (dimension,).
        tokens: the question's, as late interaction compares them.
        places: the question's.
        encode: milliseconds that encoding the question took.
        retrieve: milliseconds that the rest took.
    """

    rows: Rows
    scores: Scores
    bm25: Scores
    query: Scores
    tokens: late.Asked
    places: Asked
    encode: float
    retrieve: float


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A question in all forms in which it is compared, and how far to go."""

    text: str
    vector: Scores
    terms: Sequence[str]
    tokens: late.Asked
    places: Asked
    depth: int
    stages: Stages


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
        query, states = self.encoded.get(question, lambda: encode(question))
        tokens = late.asked(states)
        encoded = time.perf_counter()
        lexical = self._snapshot.lexical
        terms = lexical.analyzer.question_terms(question)
        among = None if allowed is None else np.flatnonzero(allowed)
        places = asked_places(question, self._snapshot.places, self._snapshot.labels)
        if mode == "lexical":
            rows, scores = lexical.best(terms, k, among)
        elif mode == "dense":
            rows, scores = self._snapshot.vectors.search(query, k, among)
        else:
            asked = _Asked(question, query, terms, tokens, places, depth, stages)
            rows, scores = self._hybrid(asked, among)
            rows, scores = rows[:k], scores[:k]
        bm25 = lexical.of(terms, rows)
        spent = _ms(began, encoded), _ms(encoded, time.perf_counter())
        return Ranking(rows, scores, bm25, query, tokens, places, *spent)

    def _hybrid(self, asked: _Asked, among: Rows | None) -> tuple[Rows, Scores]:
        """Both sides fused; the passages of the question's places come first."""
        places, labels = self._snapshot.places, self._snapshot.labels
        rows = self._candidates(asked, among)
        scores = self._scored(asked, rows, among)
        gains = preferences(asked.places, places, labels, self._snapshot.manifest.passages)
        if gains is not None:
            scores = scores + gains[rows]
            first = _within(np.flatnonzero(gains >= FIRST), among)
            own = self._candidates(asked, first)
            unnamed = replace(asked, stages=replace(asked.stages, late=False))
            better = self._scored(unnamed, own, first, PLACE_GAIN)
            others = ~np.isin(rows, own)
            rows = np.concatenate([own, rows[others]])
            # Scores stay at most 1, and a question without places is not touched.
            scores = np.concatenate([better + FIRST, scores[others]]) / (1 + gains.max())
        if not noise.asks_for_contact(asked.text):
            scores -= (1 - self._weight[rows]) * np.abs(scores)  # a score may be negative
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _candidates(self, asked: _Asked, among: Rows | None) -> Rows:
        """The best passages of either side, in no order."""
        nearest, _ = self._snapshot.vectors.search(asked.vector, asked.depth, among)
        worded, _ = self._snapshot.lexical.best(asked.terms, asked.depth, among)
        return np.union1d(nearest, worded)

    def _scored(self, asked: _Asked, rows: Rows, among: Rows | None, gain: float = 1.0) -> Scores:
        """Both sides of candidates as one score, after feedback and late interaction."""
        vectors, stages = self._snapshot.vectors, asked.stages
        held, bm25 = vectors.at(rows), self._snapshot.lexical.of(asked.terms, rows)
        known = self._share[rows] if stages.language else np.full(len(rows), DENSE_SHARE)

        def fused(question: Scores) -> Scores:
            cosines = held @ question
            floor = float(question @ vectors.centre)
            if among is not None:
                floor = float(cosines.min(initial=floor))  # none of few passages is below nothing
            return fuse(cosines, floor, bm25, known * gain)

        scores = fused(asked.vector)
        if stages.feedback:
            first = np.lexsort((rows, -scores))[: feedback.DEPTH]
            scores = fused(feedback.fed_back(asked.vector, held[first]))
        if stages.late:
            first = np.lexsort((rows, -scores))[: late.DEPTH]
            bits, counts = self._snapshot.tokens.of(rows[first])
            found = late.best_of(asked.tokens, late.apart(asked.tokens, bits), counts)
            scores = late.added(scores, first, found, known / DENSE_SHARE)
        return scores


def _shares(snapshot: Snapshot) -> Scores:
    """What the dense side counts for each passage, by its language."""
    pieces = snapshot.manifest.parameters["pieces"]
    shares = {language: dense_share(found) for language, found in pieces.items()}
    return np.array([shares[each] for each in snapshot.passages.languages()], dtype=np.float32)


def _within(rows: Rows, among: Rows | None) -> Rows:
    return rows if among is None else np.intersect1d(rows, among, assume_unique=True)


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)
