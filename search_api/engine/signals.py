"""What is known of a passage as an answer to a question, independent of the score that ranks it."""

from __future__ import annotations

from collections.abc import Sequence

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

SIGNALS = ("cosine", "covered_lead", "both_leads", "contrast")
"""In the order of columns.

cosine: of question and passage. covered_lead: share of the question's terms that the passage holds,
each weighted by its idf, above the mean of that share over the first `FIELD` of the ranking; a term
that the collection does not know weighs most, and the name of a place is held by all that speaks
of it. both_leads: the product of covered_lead and of the late interaction of question and best
sentence above that of the fifth best among the first `RIVALS`: with what the next ones hold as
well, no passage stands out, and one that is ahead in words and in meaning is so by more than
chance. contrast: how far the first `RIVALS` stand out of the collection towards the question, in
the mean, directions in which passages vary much counting little (`Spread.contrasts`): what they
have in common is then what was asked, not merely the subject.
"""

FIELD = 50
"""Passages whose coverage is the usual one; of fewer, the missing ones hold nothing."""

RIVALS, FIFTH = 10, 5
"""Passages that the others are compared with, and the one whose best sentence a lead is measured
from. Those before it may say the same as the first, as near copies do."""

SMALL = 20
"""Passages of the collection to each of the first ones that contrast is measured of: all the few
of a small one together stand out of it in no direction."""


def signals(snapshot: Snapshot, question: str, ranking: Ranking, rows: Rows) -> Signals:
    """The signals of some passages of a ranking, in the order of `SIGNALS`."""
    if not len(rows):
        return np.zeros((0, len(SIGNALS)))
    field, rivals = ranking.rows[:FIELD], ranking.rows[:RIVALS]
    covered = _coverage(snapshot, question, ranking.places, np.concatenate([field, rows]))
    likeness = ranking.likeness.of_best_sentences(np.concatenate([rivals, rows]))
    fifth = np.sort(likeness[: len(rivals)])[-FIFTH:][0]
    wording = covered[len(field) :] - covered[: len(field)].sum() / FIELD
    sentences = likeness[len(rivals) :] - fifth
    cosines = snapshot.vectors.cosines(ranking.query, rows)
    contrast = np.full(len(rows), _contrast(snapshot, ranking))
    columns = (cosines, wording, wording * sentences, contrast)
    return np.stack(columns, axis=1).astype(np.float64)


def _contrast(snapshot: Snapshot, ranking: Ranking) -> float:
    """How far the first passages stand out of the collection towards the question."""
    vectors = snapshot.vectors
    first = ranking.rows[: min(RIVALS, max(1, len(vectors) // SMALL))]
    return float(vectors.spread.contrasts(ranking.query, vectors.at(first)).mean())


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
