from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_api.engine.filters import Filters
from search_api.engine.grouping import MOST_OF_ONE, spread
from search_api.engine.searcher import Searcher

WORDS = st.sampled_from(
    ["water", "Lima", "markets", "Durban", "price", "hills", "agua", "how did", "hard", "Astana"]
)
QUESTIONS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


def test_no_group_holds_more_of_the_first_places_than_its_share() -> None:
    rows = [1, 2, 3, 4, 5, 6, 7]
    group = dict(zip(rows, "aaaaabb", strict=True))
    assert spread(rows, group) == [1, 2, 3, 6, 7, 4, 5]
    assert spread([], {}) == []


@given(st.lists(st.integers(0, 5)))
def test_spreading_keeps_every_passage_once(groups: list[int]) -> None:
    rows = list(range(len(groups)))
    found = spread(rows, dict(enumerate(groups)))
    assert sorted(found) == rows
    first = [row for row in found if found.index(row) < len(set(groups))]
    assert len(first) == len(set(groups))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(QUESTIONS, st.sampled_from([Filters(), Filters(topic=("water",)), Filters(kind=("news",))]))
def test_grouping_never_changes_which_passages_are_retrieved(
    city_searcher: Searcher, question: str, filters: Filters
) -> None:
    plain = city_searcher.ask(question, 200, filters=filters, group="none")
    grouped = city_searcher.ask(question, 200, filters=filters)
    scores = {result.passage_id: result.score for result in plain.results}
    assert {result.passage_id: result.score for result in grouped.results} == scores
    assert len(plain.results) == len(grouped.results) == len(scores)
    ranked = [result.score for result in plain.results]
    assert ranked == sorted(ranked, reverse=True)


def test_one_long_report_does_not_fill_the_list(city_searcher: Searcher) -> None:
    question = "water is life and must reach everybody in every street"
    plain = city_searcher.ask(question, 6, group="none")
    grouped = city_searcher.ask(question, 6)
    assert [result.document.id for result in plain.results].count("report") == 6
    assert [result.document.id for result in grouped.results].count("report") == MOST_OF_ONE


def test_each_city_has_its_ranks_its_coordinates_and_what_is_not_shown(
    city_searcher: Searcher,
) -> None:
    answer = city_searcher.ask("What did Lima do about water?", 2)
    assert [result.document.id for result in answer.results] == ["lima-water", "lima-water"]
    (lima,) = answer.cities
    assert (lima.name, lima.country, lima.country_name) == ("Lima", "PE", "Peru")
    assert (round(lima.latitude or 0), round(lima.longitude or 0)) == (-12, -77)
    assert (lima.ranks, lima.more) == ([1, 2], 1)


def test_an_excerpt_that_only_mentions_cities_is_of_them_if_none_acted(
    city_searcher: Searcher,
) -> None:
    answer = city_searcher.ask("a cubic metre costs more", 1, filters=Filters(kind=("other",)))
    assert {(city.name, city.role) for city in answer.results[0].cities} >= {("Quito", "mentioned")}
    assert {city.name for city in answer.cities} >= {"Quito"}


def test_pages_of_a_grouped_answer_neither_repeat_nor_lose_an_excerpt(
    city_searcher: Searcher,
) -> None:
    whole = city_searcher.ask("water in the hills", 200)
    pages = [city_searcher.ask("water in the hills", 3, offset) for offset in range(0, 60, 3)]
    ids = [result.passage_id for page in pages for result in page.results]
    assert sorted(ids) == sorted(result.passage_id for result in whole.results)
