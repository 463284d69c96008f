from __future__ import annotations

from search_api.engine.filters import Filters
from search_api.engine.searcher import Searcher


def counts(searcher: Searcher, facet: str, **given: object) -> dict[str, int]:
    answer = searcher.ask("water", 1, filters=Filters(**given))  # type: ignore[arg-type]
    return {each.name: each.count for each in answer.facets[facet]}


def test_every_facet_counts_passages(city_searcher: Searcher) -> None:
    assert counts(city_searcher, "city") == {
        "Lima": 3, "Durban": 2, "Valencia": 1, "Quito": 1, "Astana": 1
    }  # fmt: skip
    assert counts(city_searcher, "region") == {
        "South America": 4, "Africa": 2, "Asia": 1, "Europe": 2
    }  # fmt: skip
    assert counts(city_searcher, "topic") == {"Water": 3, "trade": 4, "Housing": 1}
    assert list(counts(city_searcher, "year")) == ["2021", "2020", "2019"]
    assert counts(city_searcher, "language")["es"] == 2


def test_a_facet_s_own_filter_leaves_its_other_choices_to_be_seen(city_searcher: Searcher) -> None:
    assert counts(city_searcher, "kind", kind=("news",)) == counts(city_searcher, "kind")
    assert counts(city_searcher, "topic", kind=("news",)) == {"trade": 3}
    assert counts(city_searcher, "year", since="2021") == counts(city_searcher, "year")
    assert counts(city_searcher, "kind", since="2021") == {"news": 3}


def test_a_count_is_what_the_filter_then_finds(city_searcher: Searcher) -> None:
    answer = city_searcher.ask("water", 1, filters=Filters(topic=("water",)))
    for facet, values in answer.facets.items():
        for each in values:
            given = {"topic": ("water",), facet: (each.value,)}
            found = city_searcher.ask("water", 100, filters=Filters(**given))  # type: ignore[arg-type]
            assert (facet, each.value, len(found.results)) == (facet, each.value, each.count)
