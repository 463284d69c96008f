"""How likely an excerpt answers: signals of both sides, and weights fitted on labelled questions.

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
from indexer.snapshot.labels import Mask
from indexer.snapshot.lexical import Lexical
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows
from search_api.engine.asked import Asked
from search_api.engine.ranking import Ranking

Signals = NDArray[np.float64]
"""Of shape (passages, signals)."""

SIGNALS = ("cosine", "above_mean", "covered", "bm25_lead")
"""What is known of a passage as an answer to a question, independent of the fused score.

cosine: of question and passage. above_mean: the same, less the question's mean cosine over the
whole collection. covered: share of the question's terms that the passage holds, each weighted by
its idf; one that the collection does not know weighs most, and the name of a place is held by all
that speaks of it. bm25_lead: BM25 above the tenth best
passage's, as a share of the most that a passage could reach.
"""

TENTH = 10
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


def confidences(snapshot: Snapshot, question: str, ranking: Ranking) -> Signals:
    """The calibrated probability that each ranked passage answers, of shape (rows,).

    Args:
        snapshot: that was asked.
        question: with even white space.
        ranking: of both sides, deep enough to hold the ten best of the lexical one.
    """
    return fitted().probabilities(signals(snapshot, question, ranking))


def signals(snapshot: Snapshot, question: str, ranking: Ranking) -> Signals:
    """The signals of each ranked passage, in the order of `SIGNALS`."""
    rows, query = ranking.rows, ranking.query
    if not len(rows):
        return np.zeros((0, len(SIGNALS)))
    cosines = snapshot.vectors.cosines(query, rows)
    asked = _words(snapshot.lexical, question)
    idf = np.array([_idf(snapshot, stems) for _, stems in asked])
    most = idf.sum() or 1.0
    names, theirs = _places(snapshot, ranking.places, rows)
    held = np.array(
        [
            _held(snapshot.lexical, stems, rows) | (theirs if word in names else False)
            for word, stems in asked
        ]
    )
    tenth = np.sort(ranking.bm25)[-TENTH] if len(rows) >= TENTH else 0.0
    columns = (
        cosines,
        cosines - query @ snapshot.vectors.centre,
        idf @ held.reshape(-1, len(rows)) / most,
        (ranking.bm25 - tenth) / most,
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _words(lexical: Lexical, question: str) -> list[tuple[str, list[str]]]:
    """The question's words without stop words, each with its stems in the index's languages."""
    stems = ((word, lexical.analyzer.question_terms(word)) for word in words(question))
    return [(word, found) for word, found in stems if found]


def _places(snapshot: Snapshot, asked: Asked, rows: Rows) -> tuple[set[str], Mask]:
    """The words by which a question calls its places, and which passages speak of these.

    Such a passage holds the name, whatever it calls the place.
    """
    if not asked:
        return set(), np.zeros(len(rows), dtype=np.bool_)
    labels = snapshot.labels
    theirs = np.union1d(labels.rows("city", asked.cities), labels.rows("country", asked.countries))
    return {word for name in asked.names for word in words(name)}, _among(rows, theirs)


def _idf(snapshot: Snapshot, stems: Sequence[str]) -> float:
    """That of the most frequent stem; a word that no passage holds counts like the rarest one."""
    known = [idf for stem in stems if (idf := snapshot.lexical.idf(stem))]
    return min(known) if known else float(np.log(1 + (snapshot.manifest.passages + 0.5) / 0.5))


def _held(lexical: Lexical, stems: Sequence[str], rows: Rows) -> Mask:
    return np.asarray(np.any([lexical.holds(stem, rows) for stem in stems], axis=0))


def _among(rows: Rows, ascending: Rows) -> Mask:
    """Which rows are among others; unlike NumPy's own, in a time that hardly grows with these."""
    if not len(ascending):
        return np.zeros(len(rows), dtype=np.bool_)
    places = np.searchsorted(ascending, rows).clip(max=len(ascending) - 1)
    return np.asarray(ascending[places] == rows)
