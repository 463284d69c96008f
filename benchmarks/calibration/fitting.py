"""Weights of the signals, by logistic regression over all sets but those that test it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration.cases import Case, are_kin, shares
from search_api.engine.confidence import ANSWER, SUBJECT, Confidence, Logistic
from search_api.engine.signals import SIGNALS, Signals

Cases = Mapping[str, Sequence[Case]]


def fit(sets: Iterable[Sequence[Case]]) -> Confidence:
    """Fit on first passages; each set weighs alike, as a mix of all kinds.

    What tells the subject learns far questions from all others, what tells the answer right
    passages from wrong ones where the question is not far.
    """
    fitted = list(sets)
    held = np.array([case.signals[0] for cases in fitted for case in cases])
    right = np.array([case.right[0] for cases in fitted for case in cases])
    there = np.array([case.kind != "far" for cases in fitted for case in cases])
    counts = np.concatenate([shares(cases) for cases in fitted])
    return Confidence(
        subject=_logistic(SUBJECT, held, there, counts),
        answer=_logistic(ANSWER, held[there], right[there], counts[there]),
    )


def _logistic(
    names: tuple[str, ...], held: Signals, wanted: NDArray[np.bool_], counts: Signals
) -> Logistic:
    from sklearn.linear_model import LogisticRegression  # takes seconds to load

    own = held[:, [SIGNALS.index(name) for name in names]]
    means, scales = own.mean(axis=0), own.std(axis=0)
    model = LogisticRegression(C=1.0)
    weight = counts * len(counts) / counts.sum()
    model.fit((own - means) / scales, wanted, sample_weight=weight)
    return Logistic(names, means, scales, model.coef_[0], float(model.intercept_[0]))


def fit_without(sets: Cases, name: str) -> Confidence:
    """Fit on all sets but one and those on its subject."""
    return fit(cases for other, cases in sets.items() if not are_kin(name, other))
