from __future__ import annotations

import pytest

from search_api.engine.filters import Filters
from search_api.engine.reason import Reason
from search_api.engine.searcher import Searcher
from search_api.web.locales import translations
from search_api.web.reasons import told
from tests.search_api.web.conftest import Read, words


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            Reason(code="place-missing", names=("Tokyo", "Oslo")),
            "No passage speaks of Tokyo, Oslo.",
        ),
        (
            Reason(code="filter-empty", filter="since", names=("2030",)),
            "No passage is dated 2030 or later.",
        ),
        (
            Reason(code="filter-empty", filter="until", names=("1999",)),
            "No passage is dated 1999 or earlier.",
        ),
        (
            Reason(code="filter-empty", filter="kind", names=("report",)),
            "No passage passes the filter “report”.",
        ),
        (
            Reason(code="filter-empty", filter="within"),
            "No passage is within the filters that are preset here.",
        ),
        (
            Reason(code="filters-empty", filter="kind", count=3),
            "Some passages pass each filter, but none passes all; leave one out.",
        ),
        (Reason(code="alike", filter="city", names=("Lima",)), "Did you mean “Lima”?"),
        (Reason(code="offered", filter="kind", names=("news",)), "There are: news."),
        (
            Reason(code="offered", filter="city", names=("Lima", "Quito"), count=7),
            "There are: Lima, Quito and 7 more.",
        ),
    ],
)
def test_each_reason_is_a_sentence_in_every_language(reason: Reason, said: str) -> None:
    assert told([reason], translations("en").gettext) == [said]
    others = [told([reason], translations(language).gettext)[0] for language in ("es", "fr")]
    assert len({said, *others}) == 3
    assert all(name in each for each in others for name in reason.names)


@pytest.mark.parametrize("code", ["searched", "nearest", "topics", "outside", "offered"])
def test_what_the_page_shows_anyway_is_not_said_again(code: str) -> None:
    assert told([Reason.model_validate({"code": code})], str) == []


def test_a_reader_of_spanish_is_told_in_spanish_why_there_is_nothing(read: Read) -> None:
    page = read("/", q="water tanks in Tokyo", lang="es")
    said = words(page.cssselect(".notice")[0])
    assert "Ningún pasaje habla de Tokyo. 7 pasajes consultados; abajo está lo más cercano." in said
    assert [words(link) for link in page.cssselect(".near a")] == ["housing", "water"]


def test_parts_of_an_explanation_are_there_for_others_to_say(searcher: Searcher) -> None:
    answer = searcher.ask("water", filters=Filters(kind=("report",))).model_dump(mode="json")
    empty, offered = answer["reasons"]
    assert (empty["code"], empty["filter"], empty["names"]) == ("filter-empty", "kind", ["report"])
    assert (offered["code"], offered["count"]) == ("offered", 0)
    assert sorted(offered["names"]) == ["initiative", "session"]
