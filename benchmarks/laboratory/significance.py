"""How much of a difference chance can explain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RESAMPLES, SEED = 5_000, 20


def interval(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """95 % interval of the mean gain over paired questions, by the percentile bootstrap.

    Source: B. Efron and R. J. Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.

    Args:
        before: a measure of each question.
        after: the same questions at the next stage.
    """
    gains = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    drawn = np.random.default_rng(SEED).integers(0, len(gains), (RESAMPLES, len(gains)))
    low, high = np.percentile(gains[drawn].mean(axis=1), (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)
