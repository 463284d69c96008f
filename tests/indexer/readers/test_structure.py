from __future__ import annotations

import pytest

from indexer.readers.draft import Element
from indexer.readers.structure import (
    LONGEST_TITLE,
    date_of,
    head_lines,
    kind_of,
    title_of,
    with_headings,
)

PROSE = "Each school in the hill quarter got two rain barrels and a pump in spring."


def paragraph(text: str) -> Element:
    return Element("paragraph", text)


def headings(*elements: Element) -> list[tuple[str, int]]:
    marked = with_headings(elements, title_of(elements))
    assert [element.text for element in marked] == [element.text for element in elements]
    return [(element.text, element.level) for element in marked if element.kind == "heading"]


def test_the_head_of_a_file_gives_kind_title_and_date() -> None:
    elements = [
        paragraph("PRESS RELEASE:"),
        paragraph("Rain barrels\nfor schools of Tanga"),
        paragraph("Tanga, 12 June 2021"),
        paragraph(PROSE),
        paragraph("NEWS"),
        paragraph("1 May 2019"),
    ]
    lines = ["PRESS RELEASE:", "Rain barrels", "for schools of Tanga", "Tanga, 12 June 2021"]
    assert head_lines(elements) == lines
    assert title_of(elements) == "for schools of Tanga"
    assert (kind_of(elements), date_of(elements)) == ("press-release", "2021-06-12")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("News", "news"),
        ("NOTICIAS", "news"),
        ("Actualités:", "news"),
        ("Nota de prensa", "press-release"),
        ("Communiqué de presse", "press-release"),
        ("Comunicado de imprensa", "press-release"),
        ("News of the pumps", None),
    ],
)
def test_a_line_that_names_the_kind_is_no_title(line: str, kind: str | None) -> None:
    elements = [paragraph(line), paragraph("Pumps"), paragraph(PROSE)]
    assert kind_of(elements) == kind
    assert title_of(elements) == ("Pumps" if kind else line)


@pytest.mark.parametrize(
    ("elements", "title"),
    [
        ([Element("heading", "Pumps", level=3), Element("heading", "Longer", level=1)], "Pumps"),
        ([paragraph("A long line"), Element("heading", "Pumps", level=2)], "Pumps"),
        ([paragraph("Who pays for the pumps?"), paragraph(PROSE)], "Who pays for the pumps?"),
        ([paragraph(PROSE), paragraph("Pumps")], ""),
        ([Element("item", "Pumps"), paragraph("Pipes")], ""),
        ([paragraph("x" * LONGEST_TITLE)], "x" * LONGEST_TITLE),
        ([paragraph("x" * (LONGEST_TITLE + 1))], ""),
        ([paragraph("Needs:"), paragraph("St. Ives."), paragraph("3 May 2021")], ""),
        ([], ""),
    ],
)  # fmt: skip
def test_the_title_is_the_first_heading_or_the_longest_line_before_prose(
    elements: list[Element], title: str
) -> None:
    assert title_of(elements) == title


def test_short_lines_above_prose_lists_and_tables_become_headings() -> None:
    table = Element("table", rows=(("City", "Pumps"),))
    assert headings(
        paragraph("NEWS"),
        paragraph("Rain barrels for schools"),
        paragraph(PROSE),
        paragraph("Pumps"),
        paragraph(PROSE),
        paragraph("Needs for spring:"),
        paragraph("Pipes"),
        Element("item", "Taps"),
        paragraph("What it cost"),
        table,
    ) == [
        ("NEWS", 9),
        ("Rain barrels for schools", 1),
        ("Pumps", 2),
        ("Needs for spring:", 2),
        ("Pipes", 2),
        ("What it cost", 2),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Pumps came late.", "Pumps, pipes,", "Who pays?", "pumps", "“Pumps”", "Pumps\nPipes",
        "Pumps\tPipes", "12 June 2021", "Pumps " * 13, "P" * 81,
    ],
)  # fmt: skip
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert headings(paragraph(PROSE), paragraph(line.strip()), paragraph(PROSE)) == []
    assert headings(paragraph(PROSE), paragraph("Pumps"), paragraph("Pipes came")) == []


def test_what_a_file_marks_is_not_guessed_again_but_its_masthead_is_set_apart() -> None:
    title = Element("heading", "Rain barrels", level=1)
    body = [title, paragraph(PROSE), paragraph("Pumps"), paragraph(PROSE)]
    assert headings(*body) == [("Rain barrels", 1)]
    assert headings(paragraph("Harbour Towns"), *body) == [
        ("Harbour Towns", 9),
        ("Rain barrels", 1),
    ]
    assert headings(paragraph(PROSE), *body) == [("Rain barrels", 1)]
