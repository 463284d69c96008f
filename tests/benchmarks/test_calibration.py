from __future__ import annotations

import numpy as np
import pytest

from benchmarks.calibration.cases import Case, Kind, are_kin, shares
from benchmarks.calibration.fitting import fit
from benchmarks.calibration.judging import judge_set, outcomes, reliability
from benchmarks.calibration.report import tables
from search_api.engine.confidence import Confidence, Logistic

NONE = np.zeros(0)

PLAIN = Confidence(
    subject=Logistic(("cosine",), np.zeros(1), np.ones(1), np.ones(1), 0.0),
    answer=Logistic((), NONE, NONE, NONE, np.inf),
)
"""Believes the logistic of the cosine, and that all on the subject answers."""

ASKED: list[tuple[Kind, float, bool]] = [
    ("answerable", 3.0, True),
    ("answerable", 1.0, True),
    ("answerable", -1.0, False),
    ("answerable", 2.0, True),
    ("near", 1.5, False),
    ("near", -1.0, False),
    ("far", -3.0, False),
    ("far", -3.0, False),
]


def questions() -> list[Case]:
    return [
        Case(kind, np.array([[odds, number % 2, number % 3, number % 5]]), np.array([right]))
        for number, (kind, odds, right) in enumerate(ASKED)
    ]


def test_a_set_counts_as_a_mix_of_questions_whatever_it_was_asked() -> None:
    assert shares(questions()) == pytest.approx([3 / 16] * 4 + [1 / 16] * 4)


def test_sets_on_one_subject_are_kin() -> None:
    assert are_kin("xquad_es", "squad_dev")
    assert not are_kin("cranfield", "squad_dev")


def test_a_set_is_judged_by_its_own_questions() -> None:
    found = outcomes(questions(), PLAIN)
    judged = judge_set(questions(), found)
    assert judged.questions == 8
    assert judged.far == 1.0
    assert judged.near == pytest.approx((2 + 1 + 0.5 + 2) / 8)  # -1 meets its like
    assert judged.near_most == (1 + 3 / 4) / 2
    assert judged.near_found == pytest.approx((2 + 1 + 2) / 6)
    assert (judged.strong, judged.strong_near, judged.strong_far) == (0.75, 0.5, 0.0)
    assert (judged.none, judged.none_far) == (0.0, 1.0)
    assert judged.constant_brier == pytest.approx(9 / 16 * 7 / 16)
    sure = 1 / (1 + np.exp([-odds for _, odds, _ in ASKED]))
    right = [right for _, _, right in ASKED]
    assert judged.brier == pytest.approx(np.average((sure - right) ** 2, weights=found.share))


def test_reliability_weighs_questions_by_their_share() -> None:
    bins = reliability([outcomes(questions(), PLAIN)])
    assert [(each.count, round(each.relevant, 3)) for each in bins] == [
        (2, 0.0),  # far
        (2, 0.0),  # wrong, of an answerable and of a near question
        (1, 1.0),
        (2, 0.75),  # an answerable question counts thrice a near one
        (1, 1.0),
    ]


def test_weights_are_fitted_to_what_is_right() -> None:
    weights = fit([questions()])
    held = np.array([case.signals[0] for case in questions()])
    counts = shares(questions())
    assert weights.subject.weights[0] > 0.5
    there = weights.subject.probabilities(held)
    assert np.average(there, weights=counts) == pytest.approx(14 / 16, abs=1e-3)
    answered = weights.answer.probabilities(held[:6])  # the last two are far
    assert np.average(answered, weights=counts[:6]) == pytest.approx(9 / 14, abs=1e-3)
    assert outcomes(questions(), weights).confidence[:6] == pytest.approx(there[:6] * answered)


def test_the_tables_name_each_set_and_the_mean_of_all() -> None:
    found = outcomes(questions(), PLAIN)
    judged = {"cisi": judge_set(questions(), found), "squad_dev": judge_set(questions(), found)}
    text = tables(judged, reliability([found]))
    heads = [line.split(" | ")[0] for line in text.splitlines() if " (" in line]
    assert (
        heads
        == [
            "| set (questions)",
            "| cisi (8)",
            "| *squad_dev* (8)",
            "| mean of those in italics (8)",
            "| mean (16)",
        ]
        * 2
    )


def test_the_surest_of_the_first_passages_speaks_for_a_question() -> None:
    signals = np.array([[0.0, 0, 0, 0], [2.0, 0, 0, 0]])
    cases = [
        Case("answerable", signals, np.array(right)) for right in ([True, False], [False, True])
    ]
    found = outcomes(cases, PLAIN)
    assert found.confidence == pytest.approx([1 / (1 + np.exp(-2))] * 2)
    assert found.right.tolist() == [0.0, 1.0]
    assert found.found.tolist() == [True, True]
