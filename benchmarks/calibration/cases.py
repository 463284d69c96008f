"""Labelled questions: answerable ones, far unanswerable ones and near ones, asked of test sets."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.labels import Mask
from indexer.snapshot.snapshot import open_snapshot
from search_api.engine.confidence import BEST
from search_api.engine.ranking import DEPTH, Ranker
from search_api.engine.signals import Signals, signals
from search_api.evaluation.dataset import CORPUS, QRELS, QUERIES, Judged, read_judged
from search_api.evaluation.retrieval import prepared_corpus
from search_api.settings import read_settings

Kind = Literal["answerable", "near", "far"]

QUESTIONS = 150
"""Most questions of each kind and set."""

EACH = 25
"""Questions that a set lends to each other one as far ones."""

MIX: dict[Kind, float] = {"answerable": 6 / 8, "near": 1 / 8, "far": 1 / 8}
"""Share of each kind of question for which a confidence is a probability: three questions in four
have an answer. Each set counts as such a mix, whatever it was asked."""

KIN = (
    {"squad_dev", "xquad_en", "xquad_es"},
    {"cisi", "lisa"},
    {"medline", "covidqa_early"},
    {"covidqa_early", "city_measures"},
)
"""Sets on one subject: their questions are not far from each other, and what is fitted on one
knows something of the other."""

SPARSE = {"cnil_faq_fr", "covidqa_early", "cranfield", "squad_dev", "xquad_en", "xquad_es"}
"""Sets in which few documents answer a question, and these are known: the one that the question was
written on, or all that a reading of the whole collection found. In the others a score of documents
answers, and more of them than were judged."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question asked of an index.

    Attributes:
        kind: near: its relevant passages were taken out; far: it is of another set.
        signals: of the first `BEST` passages, of shape (passages, signals).
        right: whether each of them is relevant, of shape (passages,).
    """

    kind: Kind
    signals: Signals
    right: Mask


def cases(root: Path) -> dict[str, list[Case]]:
    """Ask the questions of every set that is there.

    Args:
        root: folder of test sets in BEIR form.
    """
    folders = sorted(path for path in root.iterdir() if _is_whole(path))
    judged = {folder.name: read_judged(folder) for folder in folders}
    return {folder.name: list(_asked(folder, judged)) for folder in folders}


def shares(cases: Sequence[Case]) -> NDArray[np.float64]:
    """What each question of a set counts in the `MIX`, of shape (cases,); together 1."""
    counts = Counter(case.kind for case in cases)
    weights = np.array([MIX[case.kind] / counts[case.kind] for case in cases])
    return np.asarray(weights / weights.sum())


def are_kin(one: str, other: str) -> bool:
    """Whether two sets are the same or on one subject."""
    return one == other or any({one, other} <= group for group in KIN)


def _is_whole(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (CORPUS, QUERIES, QRELS))


def _asked(folder: Path, judged: Mapping[str, Judged]) -> Iterator[Case]:
    asking = _Asking(folder)
    own = judged[folder.name]
    for query in _sample(own.queries, QUESTIONS):
        relevant = np.isin(asking.documents, list(own.qrels[query]))
        yield asking.case("answerable", own.queries[query], relevant)
        yield asking.case("near", own.queries[query], relevant)
    others = [
        held.queries[query]
        for name, held in judged.items()
        if not are_kin(name, folder.name)
        for query in _sample(held.queries, EACH)
    ]
    for question in _sample(others, QUESTIONS):
        yield asking.case("far", question, np.zeros(len(asking.documents), dtype=np.bool_))


def _sample(keys: Iterable[str], count: int) -> list[str]:
    """Some of the keys, chosen by their hash: the same ones on every run."""
    return sorted(keys, key=lambda key: hashlib.sha256(key.encode()).digest())[:count]


class _Asking:
    """An indexed test set."""

    def __init__(self, folder: Path) -> None:
        cache = read_settings().cache
        corpus = prepared_corpus(folder, cache, metadata=False)
        build(Recipe(corpus, corpus.parent / "index", cache, keep_going=True))
        self._snapshot = open_snapshot(corpus.parent / "index")
        self._ranker = Ranker(self._snapshot)
        self.documents = np.array(self._snapshot.passages.document_ids())

    def case(self, kind: Kind, question: str, relevant: Mask) -> Case:
        question = " ".join(question.split())
        allowed = ~relevant if kind == "near" else None
        ranking = self._ranker.rank(question, 2 * DEPTH, allowed=allowed)
        first = ranking.rows[:BEST]
        return Case(kind, signals(self._snapshot, question, ranking, first), relevant[first])
