"""How good a confidence is: as an order, as a probability, and as a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.calibration.cases import Case, Kind
from search_api.engine.confidence import SIGNALS, Logistic, Signals
from search_api.engine.verdict import judge

BINS = 10
COSINE = SIGNALS.index("cosine")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a set's questions say of weights that were fitted without it.

    Attributes:
        questions: how many, of all kinds.
        far: AUROC of the first excerpt's confidence, answerable against far questions.
        near: likewise against near ones.
        cosine_far: the same by the first excerpt's cosine alone.
        cosine_near: likewise.
        brier: mean squared difference of confidence and whether the first excerpt is relevant.
        constant_brier: the same of the best constant.
        wrong_strong_far: share of far questions with the verdict "strong".
        wrong_strong_near: likewise of near ones.
        wrong_none: share of answerable questions with the verdict "none".
    """

    questions: int
    far: float
    near: float
    cosine_far: float
    cosine_near: float
    brier: float
    constant_brier: float
    wrong_strong_far: float
    wrong_strong_near: float
    wrong_none: float


@dataclass(frozen=True, slots=True)
class Bin:
    """First excerpts of like confidence: how sure we were, and how often they were relevant."""

    count: int
    confidence: float
    relevant: float


def judge_set(cases: Sequence[Case], weights: Logistic) -> Judged:
    """Judge weights by the questions of a set."""
    confidence, right = first_excerpts(cases, weights)
    cosine = np.array([case.signals[0, COSINE] if len(case.signals) else 0 for case in cases])
    kinds = np.array([case.kind for case in cases])
    verdicts = np.array([judge(value) for value in confidence])

    def auroc(scores: Signals, kind: Kind) -> float:
        asked = np.isin(kinds, ["answerable", kind])
        return float(roc_auc_score(kinds[asked] == "answerable", scores[asked]))

    def share(kind: Kind, verdict: str) -> float:
        return float(np.mean(verdicts[kinds == kind] == verdict))

    return Judged(
        questions=len(cases),
        far=auroc(confidence, "far"),
        near=auroc(confidence, "near"),
        cosine_far=auroc(cosine, "far"),
        cosine_near=auroc(cosine, "near"),
        brier=float(np.mean((confidence - right) ** 2)),
        constant_brier=float(np.var(right)),
        wrong_strong_far=share("far", "strong"),
        wrong_strong_near=share("near", "strong"),
        wrong_none=share("answerable", "none"),
    )


def first_excerpts(cases: Sequence[Case], weights: Logistic) -> tuple[Signals, NDArray[np.float64]]:
    """Confidence of each case's first excerpt, and 1 where that is relevant, else 0."""
    confidence = [
        float(weights.probabilities(case.signals[:1])[0]) if len(case.signals) else 0.0
        for case in cases
    ]
    right = [float(case.right[0]) if len(case.right) else 0.0 for case in cases]
    return np.array(confidence), np.array(right)


def reliability(confidence: Signals, right: NDArray[np.float64]) -> list[Bin]:
    """Group first excerpts by confidence, in tenths; empty ones are left out."""
    tenth = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(int(held.sum()), float(confidence[held].mean()), float(right[held].mean()))
        for number in range(BINS)
        if (held := tenth == number).any()
    ]
