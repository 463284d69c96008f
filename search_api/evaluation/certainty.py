"""How far the confidence and the verdict of answers can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search_api.engine.answer import Verdict


@dataclass(frozen=True, slots=True)
class Judgment:
    """An answer's own judgment, and the truth.

    Attributes:
        confidence: of the answer.
        verdict: of the answer.
        answerable: whether the collection holds an answer.
        right: whether the excerpt that the confidence is of holds it.
    """

    confidence: float
    verdict: Verdict
    answerable: bool
    right: bool


def certainty(judgments: Sequence[Judgment]) -> dict[str, float]:
    """AUROC, Brier score and the shares of wrong verdicts.

    Returns:
        "AUROC": chance that an answerable question has a higher confidence than an unanswerable
        one (T. Fawcett 2006); "wrong_strong": share of unanswerable questions with the verdict
        "strong"; both only where there are unanswerable questions. "wrong_none": share of
        answerable ones with the verdict "none". "Brier": mean squared difference between the
        confidence and whether the excerpt that it is of is right (G. W. Brier 1950).
    """
    yes = [one for one in judgments if one.answerable]
    no = [one for one in judgments if not one.answerable]
    found = {}
    if no:
        found["AUROC"] = auroc([one.confidence for one in yes], [one.confidence for one in no])
        found["wrong_strong"] = float(np.mean([one.verdict == "strong" for one in no]))
    found["wrong_none"] = float(np.mean([one.verdict == "none" for one in yes]))
    found["Brier"] = float(np.mean([(one.confidence - one.right) ** 2 for one in judgments]))
    return {name: round(value, 4) for name, value in found.items()}


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Chance that one of `higher` is above one of `lower`; equal ones count half."""
    above = np.array(higher)[:, None] - np.array(lower)[None, :]
    return float(np.mean((above > 0) + (above == 0) / 2))
