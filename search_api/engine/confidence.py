"""How likely an excerpt answers: a few signals, and weights fitted on labelled questions.

The weights lie beside this module as readable JSON; `benchmarks/confidence.py` fits them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.analysis import words
from indexer.snapshot.arrays import distinct
from indexer.snapshot.labels import Mask
from indexer.snapshot.sides import LexicalSide
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows
from search_api.engine.asked import Asked
from search_api.engine.ranking import Ranking

Signals = NDArray[np.float64]
"""Of shape (passages, signals)."""

SIGNALS = ("cosine", "covered_lead", "sentence_lead", "both_leads")
"""What is known of a passage as an answer to a question, independent of the fused score.

cosine: of question and passage. covered_lead: share of the question's terms that the passage holds,
each weighted by its idf, above the mean of that share over the first `FIELD` of the ranking; a term
that the collection does not know weighs most, and the name of a place is held by all that speaks
of it. sentence_lead: late interaction of the question and the passage's best sentence above that of
the fifth best among the first `RIVALS`: with what the next ones hold as well, no passage stands
out. both_leads: the product of these two; one that is ahead in words and in meaning is so by more
than chance.
"""

FIELD = 50
"""Passages whose coverage is the usual one; of fewer, the missing ones hold nothing."""

BEST = 2
"""First passages of a ranking of which the surer one speaks for the answer: where many answer, the
second is often the better one. A third gained little more, and more often where nothing answers."""

RIVALS, FIFTH = 10, 5
"""Passages whose best sentences are compared, and which of them a lead is measured from. The ones
between may say the same as the first, as near copies do."""

WEIGHTS = "confidence.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression on standardised signals.

    Attributes:
        means: of each signal where it was fitted, of shape (signals,).
        scales: standard deviations, likewise.
        weights: of the standardised signals.
        intercept: log odds where all signals have their means.
    """

    means: Signals
    scales: Signals
    weights: Signals
    intercept: float

    def probabilities(self, signals: Signals) -> Signals:
        """The probability that belongs to each row of signals, of shape (rows,)."""
        odds = (signals - self.means) / self.scales @ self.weights + self.intercept
        return np.asarray(1 / (1 + np.exp(-odds)))


@cache
def fitted() -> Logistic:
    """The weights that this release carries."""
    raw = json.loads(files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8"))
    means, scales, weights = (
        np.array([raw["signals"][name][part] for name in SIGNALS])
        for part in ("mean", "scale", "weight")
    )
    return Logistic(means, scales, weights, raw["intercept"])


def confidences(
    snapshot: Snapshot, question: str, ranking: Ranking, rows: Sequence[int]
) -> dict[int, float]:
    """The calibrated probability that each of some passages answers.

    Args:
        snapshot: that was asked.
        question: with even white space.
        ranking: of the passages of the snapshot.
        rows: passages of the ranking.
    """
    wanted = np.array(rows, dtype=np.int64)
    sure = fitted().probabilities(signals(snapshot, question, ranking, wanted))
    return dict(zip(rows, sure.tolist(), strict=True))


def signals(snapshot: Snapshot, question: str, ranking: Ranking, rows: Rows) -> Signals:
    """The signals of some passages of a ranking, in the order of `SIGNALS`."""
    if not len(rows):
        return np.zeros((0, len(SIGNALS)))
    field, rivals = ranking.rows[:FIELD], ranking.rows[:RIVALS]
    covered = _coverage(snapshot, question, ranking.places, np.concatenate([field, rows]))
    likeness = ranking.likeness.of_best_sentences(np.concatenate([rivals, rows]))
    fifth = np.sort(likeness[: len(rivals)])[-FIFTH:][0]
    cosines = snapshot.vectors.cosines(ranking.query, rows)
    wording = covered[len(field) :] - covered[: len(field)].sum() / FIELD
    sentences = likeness[len(rivals) :] - fifth
    columns = (cosines, wording, sentences, wording * sentences)
    return np.stack(columns, axis=1).astype(np.float64)


def _coverage(snapshot: Snapshot, question: str, named: Asked, rows: Rows) -> Signals:
    """Share of the question's terms that each passage holds, by their idf, of shape (rows,)."""
    asked = _words(snapshot.lexical, question)
    idf = np.array([_idf(snapshot, stems) for _, stems in asked])
    held = _held(snapshot.lexical, [stems for _, stems in asked], rows)
    names, theirs = _places(snapshot, named, rows)
    held[[word in names for word, _ in asked]] |= theirs
    share: Signals = idf @ held / (idf.sum() or 1.0)
    return share


def _words(lexical: LexicalSide, question: str) -> list[tuple[str, tuple[str, ...]]]:
    """The question's words without stop words, each with its stems in the index's languages."""
    stems = ((word, lexical.analyzer.word_terms(word)) for word in words(question))
    return [(word, found) for word, found in stems if found]


def _places(snapshot: Snapshot, asked: Asked, rows: Rows) -> tuple[set[str], Mask]:
    """The words by which a question calls its places, and which passages speak of these.

    Such a passage holds the name, whatever it calls the place.
    """
    if not asked:
        return set(), np.zeros(len(rows), dtype=np.bool_)
    labels = snapshot.labels
    theirs = distinct(labels.rows("city", asked.cities), labels.rows("country", asked.countries))
    return {word for name in asked.names for word in words(name)}, _among(rows, theirs)


def _idf(snapshot: Snapshot, stems: Sequence[str]) -> float:
    """That of the most frequent stem; a word that no passage holds counts like the rarest one."""
    known = [idf for stem in stems if (idf := snapshot.lexical.idf(stem))]
    return min(known) if known else float(np.log(1 + (snapshot.manifest.passages + 0.5) / 0.5))


def _held(lexical: LexicalSide, words: Sequence[Sequence[str]], rows: Rows) -> Mask:
    """Which passages hold a stem of each word, of shape (words, rows)."""
    held = lexical.holds([stem for stems in words for stem in stems], rows)
    counts = np.array([len(stems) for stems in words], dtype=np.int64)
    found: Mask = np.logical_or.reduceat(held, np.cumsum(counts) - counts, axis=0)
    return found


def _among(rows: Rows, ascending: Rows) -> Mask:
    """Which rows are among others; unlike NumPy's own, in a time that hardly grows with these."""
    if not len(ascending):
        return np.zeros(len(rows), dtype=np.bool_)
    places = np.searchsorted(ascending, rows).clip(max=len(ascending) - 1)
    return np.asarray(ascending[places] == rows)
