from __future__ import annotations

import pytest

from search_api.engine.answer import Verdict
from search_api.evaluation.certainty import Judgment, auroc, certainty


@pytest.mark.parametrize(
    ("higher", "lower", "expected"),
    [
        ([0.9, 0.8], [0.1], 1.0),
        ([0.1], [0.9, 0.8], 0.0),
        ([0.5], [0.5], 0.5),
        ([0.2, 0.6], [0.4, 0.6], 0.375),  # above in 1 of 4 pairs, equal in 1
    ],
)
def test_auroc_is_the_chance_of_the_right_order(
    higher: list[float], lower: list[float], expected: float
) -> None:
    assert auroc(higher, lower) == expected


def judgment(confidence: float, verdict: Verdict, *, answerable: bool, right: bool) -> Judgment:
    return Judgment(confidence, verdict, answerable, right)


ANSWERABLE = [
    judgment(0.9, "strong", answerable=True, right=True),
    judgment(0.1, "none", answerable=True, right=False),
]
UNANSWERABLE = [
    judgment(0.5, "strong", answerable=False, right=False),
    judgment(0.0, "none", answerable=False, right=False),
]


def test_verdicts_and_confidence_are_held_against_the_truth() -> None:
    assert certainty(ANSWERABLE + UNANSWERABLE) == {
        "AUROC": 0.75,
        "wrong_strong": 0.5,
        "wrong_none": 0.5,
        "Brier": 0.0675,  # (.01 + .01 + .25 + 0) / 4
    }


def test_without_unanswerable_questions_there_is_nothing_to_tell_apart() -> None:
    assert certainty(ANSWERABLE) == {"wrong_none": 0.5, "Brier": 0.01}
