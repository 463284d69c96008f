from __future__ import annotations

import pytest

from indexer.document import Place
from indexer.readers.draft import Element
from indexer.readers.tables import Cells, Row, cells_of, header_of, joined

TANGA = Place("Tanga")


def table(*rows: Row, header: bool | None = None, page: int | None = None) -> Element:
    return Element("table", rows=rows, header=header, page=page)


@pytest.mark.parametrize(
    ("rows", "marked", "found"),
    [
        ((("City", "Challenge"), ("Tanga", "Wells ran dry.")), None, True),
        ((("City", "Challenge"), ("Tanga", "Wells")), None, True),
        ((("Name", "Role"), ("Okoro", "leads the works.")), None, True),
        ((("", "Role"), ("Okoro", "leads the works.")), None, True),
        ((("Name", "Role"), ("Okoro", "Works")), None, False),
        ((("City", "12"), ("Tanga", "Dry.")), None, False),
        ((("City", ""), ("Tanga", "Dry.")), None, False),
        ((("City", "City"), ("Tanga", "Dry.")), None, False),
        ((("City", "C" * 61), ("Tanga", "Dry.")), None, False),
        ((("Tanga is dry.", "Puno"), ("Tanga", "Dry.")), None, False),
        ((("City",), ("Tanga",)), None, False),
        ((("City", "Challenge"),), None, False),
        ((("12", "12"),), True, True),
        ((("City", "Challenge"), ("Tanga", "Dry.")), False, False),
    ],
)
def test_a_first_row_is_a_header_by_mark_or_by_its_look(
    rows: tuple[Row, ...], marked: bool | None, found: bool
) -> None:
    assert header_of(table(*rows, header=marked)) == (rows[0] if found else ())


def test_a_row_of_a_city_is_parted_by_what_its_cells_are_about() -> None:
    header = ("City", "Country", "Challenges", "Measures", "Actions", "Budget")
    row = ("Tanga", "Tanzania", "Wells\n ran dry", "Pumps", "Barrels", "2 million")
    place = Place("Tanga", "Tanzania")
    assert cells_of(row, header) == [
        Cells(("Tanga", "Tanzania", "Wells ran dry"), header[:3], "challenge", place),
        Cells(("Pumps", "Barrels"), ("Tanga", "Measures", "Actions"), "response", place),
        Cells(("2 million",), ("Tanga", "Budget"), "figure", place),
    ]


def test_cells_that_say_nothing_stand_beside_those_that_do() -> None:
    header = ("City", "Challenge", "Measures", "Notes", "Lessons")
    assert cells_of(("Tanga", "", "Pumps", "", "Ask early"), header) == [
        Cells(("Tanga", "", "Pumps", ""), header[:4], "response", TANGA),
        Cells(("Ask early",), ("Tanga", "Lessons"), "recommendation", TANGA),
    ]
    assert cells_of(("Tanga", "Wells", "–", "", ""), header) == [
        Cells(("Tanga", "Wells", "–", "", ""), header, "challenge", TANGA)
    ]


@pytest.mark.parametrize(
    ("row", "header", "place"),
    [
        (("Wells", "Pumps"), ("Challenge", "Measures"), None),
        (("", "Wells"), ("City", "Challenge"), None),
        (("Tanga", "Okoro"), ("City", "Mayor"), TANGA),
        (("Wells", "Pumps"), (), None),
        (("Tanga",), ("City", "Mayor"), TANGA),
        (("Tanga", "Okoro", "2021"), ("City", "Mayor"), TANGA),
    ],
)
def test_any_other_row_stays_whole(row: Row, header: Row, place: Place | None) -> None:
    assert cells_of(row, header) == [Cells(row, header, None, place)]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("Tanga", Place("Tanga")),
        (" Tanga: ", Place("Tanga")),
        ("Tanga, Tanzania", Place("Tanga", "Tanzania")),
        ("Tanga (Tanzania)", Place("Tanga", "Tanzania")),
        ("Tanga\nA pilot, in two quarters", Place("Tanga")),
    ],
)
def test_the_city_of_a_row_is_the_first_line_of_its_cell(cell: str, place: Place) -> None:
    (cells,) = cells_of((cell, "Wells"), ("City", "Challenge"))
    assert cells.place == place


def test_a_column_of_countries_goes_before_what_the_cell_says() -> None:
    (cells,) = cells_of(("Tanga (north)", "Tanzania"), ("Ville", "Pays"))
    assert cells.place == Place("Tanga", "Tanzania")


def test_of_two_columns_of_cities_the_first_is_whom_the_row_is_about() -> None:
    (cells,) = cells_of(("Tanga", "Puno", "Wells"), ("City", "Partner city", "Challenge"))
    assert cells.place == TANGA


def test_a_city_s_cell_is_never_a_piece_of_its_own() -> None:
    cells = cells_of(("Wells", "Tanga", "Pumps"), ("Challenges", "City", "Measures"))
    assert [piece.texts for piece in cells if piece.texts == ("Tanga",)] == []


def test_tables_that_a_page_break_parted_are_one() -> None:
    first = table(("City", "Challenge"), ("Tanga", "Wells"), header=True, page=3)
    second = table(("Puno", "Frost"), ("Quito", "Ash"), page=4)
    (whole,) = joined([first, second])
    assert (whole.rows, whole.header) == (first.rows + second.rows, True)
    assert whole.page == 3


@pytest.mark.parametrize(
    "after",
    [
        table(("Puno", "Frost", "3")),
        table(("Puno", "Frost"), header=True),
        table(("Town", "Problem"), ("Puno", "Frost")),
    ],
)
def test_a_table_of_another_width_or_with_its_own_header_stands_alone(after: Element) -> None:
    before = table(("City", "Challenge"), ("Tanga", "Wells"), header=True)
    between = Element("paragraph", "Then frost came.")
    assert joined([before, after]) == [before, after]
    plain = table(("Puno", "Frost"))
    assert joined([before, between, plain]) == [before, between, plain]
