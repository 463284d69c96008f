from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from search_api.engine.filters import Filters
from search_api.web.params import Params

FULL = (
    "q=caf%C3%A9+%26+bars&city=1&city=2&topic=food&since=2020-01-01&until=2020-12-31"
    "&view=city&page=3&lang=es"
)


def test_an_address_is_read_and_written_back() -> None:
    params = Params.read(QueryParams(FULL))
    assert params == Params(
        "café & bars", "city", 3, {"city": ("1", "2"), "topic": ("food",)},
        "2020-01-01", "2020-12-31", "es",
    )  # fmt: skip
    assert params.url() == f"/?{FULL}"


def test_what_goes_without_saying_is_not_in_the_address() -> None:
    assert Params().url() == "/"
    assert Params("water", lang="fr").url() == "/?q=water&lang=fr"


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("page=0", 1),
        ("page=-2", 1),
        ("page=x", 1),
        ("page=²", 1),
        ("page=7", 7),
        ("page=99999", 100),
    ],
)
def test_a_page_that_cannot_be_is_the_first_or_the_last(query: str, page: int) -> None:
    assert Params.read(QueryParams(query)).page == page


def test_an_unknown_view_is_that_by_relevance_and_a_value_said_twice_counts_once() -> None:
    params = Params.read(QueryParams("view=table&city=5&city=5&city="))
    assert (params.view, params.filters) == ("relevance", {"city": ("5",)})


def test_a_changed_question_begins_at_its_first_page() -> None:
    params = Params("water", "city", 4, {"city": ("1", "2")}, "2020-01-01")
    assert params.without("city", "1").url() == "/?q=water&city=2&since=2020-01-01&view=city"
    assert params.filter("city").url() == "/?q=water&since=2020-01-01&view=city"
    assert params.any_time().url() == "/?q=water&city=1&city=2&view=city"
    assert params.look("relevance").url() == "/?q=water&city=1&city=2&since=2020-01-01"
    assert params.year("2021").url() == (
        "/?q=water&city=1&city=2&since=2021-01-01&until=2021-12-31&view=city"
    )
    assert params.bare().ask("food").url() == "/?q=food&view=city"
    assert params.turn(5).page == 5


def test_the_engine_is_asked_for_what_the_address_says() -> None:
    asked = Params("water", filters={"city": ("1", "2")}, since="2020-01-01").wanted()
    assert asked == Filters(city=("1", "2"), since="2020-01-01")
    assert Params("water").wanted() == Filters()
