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


def test_the_wanted_aspect_comes_first_within_its_group_alone() -> None:
    aspects: dict[str, Aspect | None] = {
        "a1": "challenge", "b1": "challenge", "a2": None, "a3": "response", "c1": "response"
    }  # fmt: skip
    found = list(aspects)
    put = wanted_first(found, "response", aspects.get, lambda name: name[0])
    assert put == ["a3", "b1", "a2", "a1", "c1"]
    assert wanted_first(found, "challenge", aspects.get, lambda name: name[0]) == found
    assert wanted_first(found, None, aspects.get, lambda name: name[0]) == found


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
