"""Weights of the signals, by logistic regression over all sets but those that test it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from benchmarks.calibration.cases import Case, are_kin, shares
from search_api.engine.confidence import Logistic

Cases = Mapping[str, Sequence[Case]]


def fit(sets: Iterable[Sequence[Case]]) -> Logistic:
    """Fit a logistic regression on first passages; each set weighs alike, as a mix of all kinds."""
    from sklearn.linear_model import LogisticRegression  # takes seconds to load

    fitted = list(sets)
    held = np.array([case.signals[0] for cases in fitted for case in cases])
    right = np.array([case.right[0] for cases in fitted for case in cases])
    weight = np.concatenate([shares(cases) for cases in fitted])
    means, scales = held.mean(axis=0), held.std(axis=0)
    model = LogisticRegression(C=1.0)
    model.fit((held - means) / scales, right, sample_weight=weight * len(weight) / weight.sum())
    return Logistic(means, scales, model.coef_[0], float(model.intercept_[0]))


def fit_without(sets: Cases, name: str) -> Logistic:
    """Fit on all sets but one and those on its subject."""
    return fit(cases for other, cases in sets.items() if not are_kin(name, other))
