"""How likely an excerpt answers: two logistic regressions, fitted on labelled questions.

The weights lie beside this module as readable JSON; `benchmarks/confidence.py` fits them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from indexer.snapshot.snapshot import Snapshot
from search_api.engine.ranking import Ranking
from search_api.engine.signals import SIGNALS, Signals, signals

SUBJECT = ("cosine", "covered_lead")
"""Signals of whether a passage is on what was asked about at all."""

ANSWER = SIGNALS
"""Signals of whether one that is on it answers: all of them."""

BEST = 2
"""First passages of a ranking of which the surer one speaks for the answer: where many answer, the
second is often the better one. A third gained little more, and more often where nothing answers."""

WEIGHTS = "confidence.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression on standardised signals.

    Attributes:
        names: of the signals that it goes by.
        means: of each of these where it was fitted, of shape (names,).
        scales: standard deviations, likewise.
        weights: of the standardised signals.
        intercept: log odds where all signals have their means.
    """

    names: tuple[str, ...]
    means: Signals
    scales: Signals
    weights: Signals
    intercept: float

    def probabilities(self, signals: Signals) -> Signals:
        """The probability that belongs to each row of all signals, of shape (rows,)."""
        own = signals[:, [SIGNALS.index(name) for name in self.names]]
        odds = (own - self.means) / self.scales @ self.weights + self.intercept
        return np.asarray(1 / (1 + np.exp(-odds)))


@dataclass(frozen=True, slots=True)
class Confidence:
    """A passage answers if it is on the subject, and answers where one on it may not.

    Two questions, since what tells a foreign subject hardly tells a missing answer: one regression
    for both would give what is near for what is far.

    Attributes:
        subject: the probability of the first.
        answer: that of the second among passages on the subject.
    """

    subject: Logistic
    answer: Logistic

    def probabilities(self, signals: Signals) -> Signals:
        """The probability that each row of signals is of a passage that answers."""
        return self.subject.probabilities(signals) * self.answer.probabilities(signals)


@cache
def fitted() -> Confidence:
    """The weights that this release carries."""
    raw = json.loads(files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8"))
    return Confidence(_logistic(SUBJECT, raw["subject"]), _logistic(ANSWER, raw["answer"]))


def _logistic(names: tuple[str, ...], raw: Mapping[str, Any]) -> Logistic:
    means, scales, weights = (
        np.array([raw["signals"][name][part] for name in names])
        for part in ("mean", "scale", "weight")
    )
    return Logistic(names, means, scales, weights, raw["intercept"])


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
