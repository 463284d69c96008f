"""From a question to ranked passages: encode, retrieve on both sides, fuse, prefer its places."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from indexer.snapshot.arrays import distinct
from indexer.snapshot.encoder import Encoded
from indexer.snapshot.labels import Mask
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows, Scores
from search_api.engine import feedback, late, neighbours, noise
from search_api.engine.asked import Asked, asked_places
from search_api.engine.cache import BoundedCache, encoded_bytes
from search_api.engine.fusion import DENSE_SHARE, dense_share, fuse, share_by_words
from search_api.engine.likeness import Likeness
from search_api.engine.preference import FIRST, preferences
from search_api.engine.rarity import most_possible, token_weights
from search_api.engine.stages import ALL, Stages
from search_api.engine.wording import known_terms

Mode = Literal["hybrid", "dense", "lexical"]

DEPTH = 100
"""Passages that each side gives before they are fused. It is the same for every page of an answer:
pages of one ranking neither repeat nor lose an excerpt."""

PLACE_GAIN = 2.0
"""How much more the dense side counts among the own passages of a place. Most of them hold its
name, which is the best match of the lexical side and of late interaction, and tells nothing."""

MOST = 0.5
"""Share of the collection from which on what is ranked passes for the whole of it: whether a filter
takes out next to nothing must not show in the ranking of what it leaves."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranked passages, and what finding them cost.

    Attributes:
        rows: of the passages, best first.
        scores: theirs.
        query: the question's vector, of shape (dimension,).
        likeness: of the question's tokens to those of passages.
        places: the question's.
        encode: milliseconds that encoding the question took.
        retrieve: milliseconds that the rest took.
    """

    rows: Rows
    scores: Scores
    query: Scores
    likeness: Likeness
    places: Asked
    encode: float
    retrieve: float


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A question in all forms in which it is compared, and how far to go."""

    text: str
    vector: Scores
    terms: Sequence[str]
    likeness: Likeness
    places: Asked
    depth: int
    stages: Stages


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """What is known of candidates on both sides.

    Attributes:
        vectors: of shape (candidates, dimension).
        bm25: of shape (candidates,).
        share: what the dense side counts for each of them.
        centre: mean vector of the collection.
        few: they are of a small part of the collection, chosen otherwise.
    """

    vectors: Scores
    bm25: Scores
    share: Scores
    centre: Scores
    few: bool

    def fused(self, vector: Scores, gain: float = 1.0) -> Scores:
        """Both sides as one score, by the vector that stands for the question."""
        cosines, floor = self.vectors @ vector, float(vector @ self.centre)
        if self.few:
            floor = float(cosines.min(initial=floor))  # none of few passages is below nothing
        return fuse(cosines, floor, self.bm25, self.share * gain)


class Ranker:
    """Ranks the passages of one snapshot. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, cache: int = 0) -> None:
        """Take a snapshot, and the bytes in which encoded questions may be kept."""
        self._snapshot = snapshot
        self.encoded = BoundedCache[Encoded](cache, encoded_bytes)
        self._columns = snapshot.columns
        self._shares = _shares(snapshot)

    def encode(self, question: str) -> Encoded:
        """Return a question as the model sees it, from the cache if it was asked before."""
        encode = self._snapshot.encoder.encode_question
        return self.encoded.get(question, lambda: encode(question))

    def likeness(self, question: str, encoded: Encoded) -> Likeness:
        """Return what compares the tokens of a question with those of passages."""
        lexical, passages = self._snapshot.lexical, self._snapshot.manifest.passages
        weights = token_weights(lexical, passages, question, encoded.starts)
        return Likeness(late.asked(encoded.states, weights), self._snapshot.tokens)

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
        found = self.encode(question)
        query, encoded = found.vector, time.perf_counter()
        likeness = self.likeness(question, found)
        lexical = self._snapshot.lexical
        terms = known_terms(lexical, question)
        among = None if allowed is None else np.flatnonzero(allowed)
        places = asked_places(question, self._snapshot.places, self._snapshot.labels)
        if mode == "lexical":
            rows, scores = lexical.best(terms, k, among)
        elif mode == "dense":
            rows, scores = self._snapshot.vectors.search(query, k, among)
        else:
            asked = _Asked(question, query, terms, likeness, places, depth, stages)
            rows, scores = self._hybrid(asked, among)
            rows, scores = rows[:k], scores[:k]
        spent = _ms(began, encoded), _ms(encoded, time.perf_counter())
        return Ranking(rows, scores, query, likeness, places, *spent)

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
            better = self._own(asked, own, first)
            others = ~np.isin(rows, own)
            rows = np.concatenate([own, rows[others]])
            # Scores stay at most 1, and a question without places is not touched.
            scores = np.concatenate([better + FIRST, scores[others]]) / (1 + gains.max())
        silent = self._beside_the_point(asked, rows)
        if silent.any():
            # A score may be negative.
            scores[silent] -= np.float32(1 - noise.WEIGHT) * np.abs(scores[silent])
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def _beside_the_point(self, asked: _Asked, rows: Rows) -> Mask:
        """Which passages do not inform; contacts do where they are asked for."""
        silent = self._columns.noise[rows]
        if silent.any() and noise.asks_for_contact(asked.text):
            hits = self._snapshot.passages.hits(rows[silent].tolist())
            silent[silent] = [hit.passage.noise != noise.CONTACT for hit in hits]
        return silent

    def _candidates(self, asked: _Asked, among: Rows | None) -> Rows:
        """The best passages of either side, ascending."""
        nearest, _ = self._snapshot.vectors.search(asked.vector, asked.depth, among)
        worded, _ = self._snapshot.lexical.best(asked.terms, asked.depth, among)
        return distinct(nearest, worded)

    def _scored(self, asked: _Asked, rows: Rows, among: Rows | None) -> Scores:
        """Both sides of candidates as one score, after late interaction and their neighbours."""
        stages, held = asked.stages, self._held(asked, rows, among)
        scores, known = held.fused(asked.vector), held.share / DENSE_SHARE
        if stages.late:
            first = _first(scores, late.DEPTH)
            found = asked.likeness.of_passages(rows[first])
            scores = late.added(scores, first, found, known, stages.late)
        if stages.neighbours:
            first = _first(scores, neighbours.DEPTH)
            scores = neighbours.leant(scores, first, held.vectors[first], known, stages.neighbours)
        return scores

    def _own(self, asked: _Asked, rows: Rows, among: Rows) -> Scores:
        """The own passages of a place among themselves, by meaning: their words are its name."""
        held = self._held(asked, rows, among)
        scores = held.fused(asked.vector, PLACE_GAIN)
        if not asked.stages.feedback:
            return scores
        best = held.vectors[_first(scores, feedback.DEPTH)]
        return held.fused(feedback.fed_back(asked.vector, best), PLACE_GAIN)

    def _held(self, asked: _Asked, rows: Rows, among: Rows | None) -> _Held:
        vectors = self._snapshot.vectors
        bm25 = self._snapshot.lexical.of(asked.terms, rows)
        return _Held(
            vectors=vectors.at(rows),
            bm25=bm25,
            share=self._share(asked, rows, bm25),
            centre=vectors.spread.centre,
            few=among is not None and len(among) < MOST * len(vectors),
        )

    def _share(self, asked: _Asked, rows: Rows, bm25: Scores) -> Scores:
        """What the dense side counts for candidates, by their language and the question's words."""
        plain = np.full(len(rows), DENSE_SHARE, dtype=np.float32)
        share = self._shares[self._columns.language[rows]] if asked.stages.language else plain
        if (share == DENSE_SHARE).all():
            return share
        lexical, passages = self._snapshot.lexical, self._snapshot.manifest.passages
        most = most_possible(lexical, passages, asked.text)
        return share_by_words(share, float(bm25.max()) / most if most else 0.0)


def _first(scores: Scores, count: int) -> Rows:
    """Places of the best of ascending passages, best first; equal ones by row."""
    return np.argsort(-scores, kind="stable")[:count]


def _shares(snapshot: Snapshot) -> Scores:
    """What the dense side counts for passages in each of the languages."""
    pieces = snapshot.manifest.parameters["pieces"]
    shares = [dense_share(pieces[language]) for language in snapshot.columns.languages]
    return np.array(shares, dtype=np.float32)


def _within(rows: Rows, among: Rows | None) -> Rows:
    return rows if among is None else np.intersect1d(rows, among, assume_unique=True)


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)
