"""How good a confidence is: as an order, as a probability, and as a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.calibration.cases import Case, Kind, shares
from indexer.snapshot.labels import Mask
from search_api.engine.confidence import Confidence
from search_api.engine.signals import SIGNALS, Signals
from search_api.engine.verdict import judge

BINS = 10
COSINE = SIGNALS.index("cosine")


@dataclass(frozen=True, slots=True)
class Judged:
    """What a set's questions say of weights that were fitted without it.

    Attributes:
        questions: how many, of all kinds.
        far: AUROC of the confidence, answerable against far questions.
        near: likewise against near ones.
        near_most: the most that `near` can reach: where the first passages of an answerable
            question are wrong, taking out the right ones changes nothing that shows.
        near_found: AUROC, answerable questions with a right one among them against near ones.
        cosine_far: `far` by the first excerpt's cosine alone.
        cosine_near: `near` likewise.
        cosine_found: `near_found` likewise.
        brier: mean squared difference of confidence and whether the excerpt meant is relevant.
        constant_brier: the same of the best constant.
        strong: share of answerable questions with the verdict "strong".
        strong_near: likewise of near ones.
        strong_far: likewise of far ones.
        none: share of answerable questions with the verdict "none".
        none_far: likewise of far ones.
    """

    questions: int
    far: float
    near: float
    near_most: float
    near_found: float
    cosine_far: float
    cosine_near: float
    cosine_found: float
    brier: float
    constant_brier: float
    strong: float
    strong_near: float
    strong_far: float
    none: float
    none_far: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Best excerpts of like confidence: how sure we were, and how often they were relevant."""

    count: int
    confidence: float
    relevant: float


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What became of each question, arrays of shape (questions,).

    Attributes:
        confidence: of the surest of the first passages.
        right: 1 where that one is relevant, else 0.
        found: whether one of them is.
        share: what the question counts.
    """

    confidence: Signals
    right: Signals
    found: Mask
    share: Signals


def outcomes(cases: Sequence[Case], weights: Confidence) -> Outcomes:
    """Ask weights how sure they are of each case."""
    sure = [weights.probabilities(case.signals) for case in cases]
    right = np.array(
        [float(case.right[each.argmax()]) for case, each in zip(cases, sure, strict=True)]
    )
    found = np.array([case.right.any() for case in cases])
    return Outcomes(np.array([each.max() for each in sure]), right, found, shares(cases))


def judge_set(cases: Sequence[Case], found: Outcomes) -> Judged:
    """Judge weights by the questions of a set."""
    from sklearn.metrics import roc_auc_score  # takes seconds to load

    cosine = np.array([case.signals[0, COSINE] for case in cases])
    kinds = np.array([case.kind for case in cases])
    verdicts = np.array([judge(value) for value in found.confidence])
    answerable = kinds == "answerable"
    right = answerable & found.found
    hits = float(right.sum() / answerable.sum())
    constant = np.average(found.right, weights=found.share)

    def auroc(scores: Signals, wanted: Mask, kind: Kind) -> float:
        asked = wanted | (kinds == kind)
        return float(roc_auc_score(wanted[asked], scores[asked]))

    def share(kind: Kind, verdict: str) -> float:
        return float(np.mean(verdicts[kinds == kind] == verdict))

    def brier(sure: Signals | float) -> float:
        return float(np.average((sure - found.right) ** 2, weights=found.share))

    return Judged(
        questions=len(cases),
        far=auroc(found.confidence, answerable, "far"),
        near=auroc(found.confidence, answerable, "near"),
        near_most=(1 + hits) / 2,
        near_found=auroc(found.confidence, right, "near"),
        cosine_far=auroc(cosine, answerable, "far"),
        cosine_near=auroc(cosine, answerable, "near"),
        cosine_found=auroc(cosine, right, "near"),
        brier=brier(found.confidence),
        constant_brier=brier(float(constant)),
        strong=share("answerable", "strong"),
        strong_near=share("near", "strong"),
        strong_far=share("far", "strong"),
        none=share("answerable", "none"),
        none_far=share("far", "none"),
    )


def reliability(found: Sequence[Outcomes]) -> list[Bin]:
    """Group the best excerpts of all sets by confidence, in tenths; empty ones are left out."""
    confidence = np.concatenate([one.confidence for one in found])
    right = np.concatenate([one.right for one in found])
    share = np.concatenate([one.share for one in found])
    tenth = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(
            int(held.sum()),
            float(np.average(confidence[held], weights=share[held])),
            float(np.average(right[held], weights=share[held])),
        )
        for number in range(BINS)
        if (held := tenth == number).any()
    ]
