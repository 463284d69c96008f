from __future__ import annotations

import pytest

from indexer.errors import QuestionError
from search_api.engine.answer import Verdict
from search_api.engine.comparison import cell_of, compare
from search_api.engine.filters import Filters
from search_api.engine.searcher import Searcher

FOOD = "Food baskets Quito carried food baskets to families in quarantine."


def test_each_city_has_its_best_excerpt_or_says_why_not(searcher: Searcher) -> None:
    found = compare(searcher, f" {FOOD}\n", ["Quito", "Lima", "Atlantis", " Quito "])
    assert (found.question, found.index) == (FOOD, searcher.index())
    quito, lima, atlantis = found.cells
    for cell in (quito, lima):
        answer = searcher.ask(FOOD, 1, filters=Filters(city=(cell.city,)))
        assert cell.verdict == answer.verdict
        assert cell.result == (None if answer.verdict == "none" else answer.results[0])
    assert quito.result is not None
    assert quito.result.text == "Quito carried food baskets to families in quarantine."
    assert (quito.verdict, quito.note) == ("strong", None)
    assert (atlantis.city, atlantis.verdict, atlantis.result) == ("Atlantis", "none", None)
    assert atlantis.note == (
        "no evidence in this collection: no passage has city “Atlantis”; "
        "its cities are Lima, Durban, Quito"
    )


@pytest.mark.parametrize(
    ("verdict", "shown"), [("strong", True), ("partial", True), ("none", False)]
)
def test_excerpts_that_answer_nothing_are_no_evidence(
    verdict: Verdict, shown: bool, searcher: Searcher
) -> None:
    answer = searcher.ask(FOOD, 1).model_copy(update={"verdict": verdict})
    cell = cell_of("Quito", answer)
    assert cell.verdict == verdict
    assert cell.result == (answer.results[0] if shown else None)
    assert cell.note == (None if shown else "no evidence in this collection")


@pytest.mark.parametrize(
    ("cities", "said"),
    [
        ([], "^0 cities to compare; name 2 to 20 different ones$"),
        (["Lima", "Lima"], "^1 city to compare; name 2 to 20 different ones$"),
        ([f"City {n}" for n in range(21)], "^21 cities to compare; name 2 to 20 different ones$"),
    ],
)
def test_too_few_or_too_many_cities_are_wrong_use(
    cities: list[str], said: str, searcher: Searcher
) -> None:
    with pytest.raises(QuestionError, match=said):
        compare(searcher, "water", cities)
