from __future__ import annotations

import pytest

from indexer.document import Aspect
from search_api.engine.aspects import wanted_aspect, wanted_first
from search_api.engine.searcher import Searcher


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("How did cities handle informal settlements?", "response"),
        ("measures for renters", "response"),
        ("¿Cómo respondió Lima?", "response"),
        ("Comment les villes ont-elles agi ?", "response"),
        ("What was hard about it?", "challenge"),
        ("How did cities describe the difficulties?", "challenge"),
        ("¿Qué fue difícil?", "challenge"),
        ("Quels défis pour la ville ?", "challenge"),
        ("informal settlements", None),
    ],
)
def test_a_question_tells_what_it_wants_first(question: str, aspect: Aspect | None) -> None:
    assert wanted_aspect(question) == aspect


SCORES = {"a1": 1.0, "b1": 0.98, "a2": 0.95, "a3": 0.9, "c1": 0.88, "b2": 0.87}


def test_what_is_not_wanted_waits_for_its_group_s_as_good_ones_and_nothing_is_lifted() -> None:
    aspects: dict[str, Aspect | None] = {
        "a1": "challenge", "b1": "challenge", "a2": None, "a3": "response", "c1": "response",
        "b2": "response",
    }  # fmt: skip
    found = list(aspects)

    def put(wanted: Aspect | None) -> list[str]:
        return wanted_first(found, wanted, aspects.get, lambda name: name[0], SCORES.__getitem__)

    assert put("response") == ["b1", "a2", "a3", "a1", "c1", "b2"]
    assert put("challenge") == found
    assert put(None) == found


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("How did Lima bring water to steep hills?", ["response", "challenge"]),
        ("What was hard about carrying water to Lima's hills by truck?", ["challenge", "response"]),
    ],
)
def test_responses_and_challenges_stand_in_the_order_that_is_asked_for(
    city_searcher: Searcher, question: str, aspects: list[str]
) -> None:
    answer = city_searcher.ask(question, 2)
    assert [result.aspect for result in answer.results] == aspects
