from __future__ import annotations

from dataclasses import replace

import pytest

from search_api.citations.dates import month_day, month_day_year, parts
from search_api.citations.styles import apa, chicago, entries
from tests.search_api.citations.samples import DURBAN, NAMELESS, RELEASE


@pytest.mark.parametrize(
    ("written", "numbers", "day", "whole"),
    [
        ("2020-03-25", (2020, 3, 25), "March 25", "March 25, 2020"),
        ("2020-12-01", (2020, 12, 1), "December 1", "December 1, 2020"),
        ("2020-05", (2020, 5), "May", "May 2020"),
        ("2020", (2020,), "", ""),
        ("0987", (987,), "", ""),
        ("spring", (), "", ""),
        (None, (), "", ""),
    ],
)
def test_a_date_says_as_much_as_is_known(
    written: str | None, numbers: tuple[int, ...], day: str, whole: str
) -> None:
    assert (parts(written), month_day(written), month_day_year(written)) == (numbers, day, whole)


@pytest.mark.parametrize(
    ("title", "in_apa", "in_chicago"),
    [
        ("Notes", "(2020, May). Notes [Press release]. R", "“Notes.” Press release, May 2020. A"),
        ("Why?", "(2020, May). Why? [Press release]. R", "“Why?” Press release, May 2020. A"),
        ("The “end”.", "The “end”. [Press release]. R", "“The ‘end’.” Press release, May 2020. A"),
    ],
)
def test_a_title_ends_with_one_mark_and_quotes_within_quotes_are_single(
    title: str, in_apa: str, in_chicago: str
) -> None:
    cited = [replace(RELEASE, title=title)]
    assert in_apa in apa(cited)
    assert in_chicago in chicago(cited)


def test_works_of_one_name_and_year_get_letters_in_the_order_of_dates_then_titles() -> None:
    cited = [
        replace(DURBAN, document=name, title=name, date=date)
        for name, date in [("C", "2020-02"), ("B", "2020"), ("A", "2020-02"), ("D", "2021"),
                           ("F", None), ("E", None)]
    ]  # fmt: skip
    found = [(entry.first.document, entry.year) for entry in entries(cited)]
    assert found == [("E", "n.d.-a"), ("F", "n.d.-b"), ("B", "2020a"), ("A", "2020b"),
                     ("C", "2020c"), ("D", "2021")]  # fmt: skip
    assert "Network of Cities. (n.d.-a). E [Session notes]." in apa(cited)
    assert "Network of Cities. n.d.-a. “E.” Session notes." in chicago(cited)


def test_letters_go_on_behind_z() -> None:
    cited = [replace(NAMELESS, title="Same", document=f"{n:02}") for n in range(28)]
    assert [entry.year for entry in entries(cited)][25:] == ["n.d.-z", "n.d.-aa", "n.d.-bb"]


def test_what_is_written_in_the_text_is_written_once() -> None:
    twice = [DURBAN, replace(DURBAN, passage="0" * 16)]
    assert (
        apa(twice).count("(Network of Cities, 2020, “Answers › Informal settlements” section)") == 1
    )


def test_no_passage_is_no_text() -> None:
    assert apa([]) == chicago([]) == ""
