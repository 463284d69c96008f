from __future__ import annotations

import pytest

from indexer.dates import date_in_name, date_line, iso_date, written_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2020", "2020"),
        ("2020-07", "2020-07"),
        ("2020-07-03", "2020-07-03"),
        (" 2020-07-03T23:10:00Z ", "2020-07-03"),
        ("2020-07-03 08:15", "2020-07-03"),
        ("2020-02-29", "2020-02-29"),
        ("2021-02-29", None),
        ("2020-13", None),
        ("0000", None),
        ("2020-7-3", None),
        ("20200703", None),
        ("2020-07-03T1", None),
        ("٢٠٢٠", None),
        ("", None),
    ],
)
def test_an_iso_date_is_one_of_the_calendar_and_loses_its_time(text: str, date: str | None) -> None:
    assert iso_date(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "3 July 2020", "July 3rd, 2020", "Jul. 3, 2020", "Fri 3 July 2020", "3 de julio de 2020",
        "3 de julio del 2020", "vendredi 3 juillet 2020", "3 de julho de 2020", "3. Juli 2020",
        "3 luglio 2020", "3 juli 2020", "3 de juliol de 2020", "3.7.2020", "03-07-2020",
        "2020-07-03", "3\u00a0July\n2020", "Posted on: 3 July 2020 in Quito",
        "Sexta-feira, 3 de julho de 2020",
    ],
)  # fmt: skip
def test_a_day_is_read_in_many_languages(text: str) -> None:
    assert written_date(text) == "2020-07-03"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1er août 2021", "2021-08-01"),
        ("1º de março de 2021", "2021-03-01"),
        ("3 d’agost de 2021", "2021-08-03"),
        ("Sept. 2021", "2021-09"),
        ("septiembre de 2021", "2021-09"),
        ("Fecha: mayo 2021", "2021-05"),
    ],
)
def test_ordinals_articles_and_months_alone_are_read(text: str, date: str) -> None:
    assert written_date(text) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("03/07/2020", "2020-07-03"),
        ("05/13/2020", "2020-05-13"),
        ("Friday 03/07/2020", "2020-07-03"),
        ("Saturday, 03/07/2020", "2020-03-07"),
        ("sam. 03/07/2020", "2020-03-07"),
        ("sábado 03/07/2020", "2020-03-07"),
        ("Monday 03/07/2020", None),
    ],
)
def test_numbers_are_day_first_unless_month_or_weekday_say_otherwise(
    text: str, date: str | None
) -> None:
    assert written_date(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "soon", "2020", "3 July", "spring 2020", "12 Monkeys 2020", "Chapter 3, 2020", "3/7/20",
        "31/02/2020", "13/13/2020", "31 June 2020", "2020-02-30", "Monday 3 July 2020",
        "3–5 July 2020", "from 3 July 2020–5 August 2020",
    ],
)  # fmt: skip
def test_what_is_unclear_is_no_date(text: str) -> None:
    assert written_date(text) is None


def test_a_number_with_more_points_is_no_date() -> None:
    assert written_date("Release 3.7.2020.1 of the pump software") is None


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Nairobi, 12 June 2021", "2021-06-12"),
        ("**12 June 2021**", "2021-06-12"),
        ("_Rosario, 4 de mayo de 2021_", "2021-05-04"),
        ("Press release, Saturday 12 June 2021", "2021-06-12"),
        ("May 2021", "2021-05"),
        ("12 June 2021 to 15 June 2021", None),
        ("12 June 2021, 14 people", None),
        ("The council of the old port town met again on 12 June 2021", None),
        (f"{'Barrels ' * 9} 12 June 2021", None),
        ("In 2021", None),
        ("Barrels for schools", None),
    ],
)
def test_a_date_line_holds_little_else(line: str, date: str | None) -> None:
    assert date_line(line) == date


@pytest.mark.parametrize(
    "line",
    [
        "Deadline: 12 June 2021", "Fecha límite: 4 de mayo de 2021", "Hasta el 4 de mayo de 2021",
        "Jusqu’au 4 mai 2021", "Last updated on 12 June 2021", "Open until the 12 June 2021",
        "Updated 12 June 2021", "Until 12 June 2021", "Due 12/06/2021", "Até 4 de maio de 2021",
        "Avant 4 mai 2021", "Updated: May 2021", "Deadline: May 2021",
    ],
)  # fmt: skip
def test_a_date_of_something_else_is_not_that_of_publication(line: str) -> None:
    assert date_line(line) is None


@pytest.mark.parametrize(
    ("stem", "date"),
    [
        ("2020-07-03-water", "2020-07-03"),
        ("minutes_2020-07-03_v2", "2020-07-03"),
        ("report-2021-11", "2021-11"),
        ("2020-02-30", None),
        ("2020-13-01", None),
        ("1899-01-01", None),
        ("note-20200703", None),
        ("12020-07-03", None),
        ("2020", None),
    ],
)
def test_a_file_name_gives_a_date_to_the_month_at_least(stem: str, date: str | None) -> None:
    assert date_in_name(stem) == date
