"""Weights of the signals, by logistic regression over all sets but those that test it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.calibration.cases import Case, are_kin
from search_api.engine.confidence import Logistic

Cases = Mapping[str, Sequence[Case]]


def fit(sets: Iterable[Sequence[Case]]) -> Logistic:
    """Fit a logistic regression; each set weighs alike, and in each set each kind of question."""
    weighted = [pair for cases in sets for pair in _weighted(cases)]
    held = np.concatenate([case.signals for case, _ in weighted])
    right = np.concatenate([case.right for case, _ in weighted])
    weight = np.concatenate([np.full(len(case.right), share) for case, share in weighted])
    means, scales = held.mean(axis=0), held.std(axis=0)
    model = LogisticRegression(C=1.0)
    model.fit((held - means) / scales, right, sample_weight=weight * len(weight) / weight.sum())
    return Logistic(means, scales, model.coef_[0], float(model.intercept_[0]))


def fit_without(sets: Cases, name: str) -> Logistic:
    """Fit on all sets but one and those on its subject."""
    return fit(cases for other, cases in sets.items() if not are_kin(name, other))


def _weighted(cases: Sequence[Case]) -> list[tuple[Case, float]]:
    counts = Counter(case.kind for case in cases)
    return [(case, 1 / (counts[case.kind] * max(len(case.right), 1))) for case in cases]
