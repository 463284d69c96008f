from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import DocumentError
from indexer.readers.draft import Element, visible
from indexer.readers.pdf import draft_pdf
from tests.indexer.readers import pdfs

LESSON = (
    "Cities that share what they have learned save each other years of work, "
    "and the lessons travel from one mayor to the next in plain words."
)
LEFT = (
    "The old town lost its water in one dry summer,",
    "and the council met every week to find infor-",
    "mal sellers, honest prices and safe wells. The",
    "short- and long-term plans were one plan, they",
    "said, and well-known engineers of the whole",
    "region came to help with pipes and with pumps,",
    "which had been laid by a water-",
    "Works company long before.",
)
RIGHT = (
    "The new town had no pipes at all but carts that",
    "came at dawn. A well-",
    "known doctor counted the sick and wrote to the",
    "mayor, who answered on the same day with money",
    "for two tanks, for a school of nurses, and for",
    "the first map of all the streets in the valley.",
)
LEFT_TEXT = (
    "The old town lost its water in one dry summer, and the council met every week to find "
    "informal sellers, honest prices and safe wells. The short- and long-term plans were one "
    "plan, they said, and well-known engineers of the whole region came to help with pipes and "
    "with pumps, which had been laid by a water-Works company long before."
)
RIGHT_TEXT = (
    "The new town had no pipes at all but carts that came at dawn. A well-known doctor counted "
    "the sick and wrote to the mayor, who answered on the same day with money for two tanks, for "
    "a school of nurses, and for the first map of all the streets in the valley."
)


def texts(data: bytes) -> list[tuple[str, int, str]]:
    return [(e.kind, e.level, e.text) for e in draft_pdf(data, "report.pdf").elements]


def told(data: bytes) -> str:
    try:
        count = len(draft_pdf(data, "r.pdf").elements)
    except DocumentError as error:
        return str(error)
    return "1 element" if count == 1 else f"{count} elements"


def decorated(canvas: Canvas) -> None:
    number = canvas.getPageNumber()
    pdfs.lines("Network of Cities, 2020", y=800, size=8)(canvas)
    pdfs.lines(f"Issue {number}", x=480, y=800, size=8)(canvas)
    pdfs.lines(f"Page {number} of 3", x=280, y=40, size=8)(canvas)


def test_two_columns_are_read_one_after_the_other_under_their_title() -> None:
    def page(canvas: Canvas) -> None:
        pdfs.lines("Water in two towns, and in all others", y=770, size=20)(canvas)
        pdfs.lines(*LEFT, x=72, y=740)(canvas)
        # The lines of the columns are not level with each other.
        pdfs.lines(*RIGHT, x=312, y=736)(canvas)
        whole = "Both towns " + "agreed on a way to share what the river brings, " * 2
        pdfs.lines(whole + "year by year.", y=600, size=9)(canvas)

    assert texts(pdfs.drawn(page)) == [
        ("heading", 1, "Water in two towns, and in all others"),
        ("paragraph", 0, LEFT_TEXT),
        ("paragraph", 0, RIGHT_TEXT),
        (
            "paragraph",
            0,
            "Both towns agreed on a way to share what the river brings, agreed on a way to share "
            "what the river brings, year by year.",
        ),
    ]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_text_flows_through_columns_and_pages_without_its_running_lines(columns: int) -> None:
    told = [f"Story {number} begins. {LESSON * (2 + number % 3)}" for number in range(40)]
    story = [pdfs.paragraph(text, pdfs.JUSTIFIED) for text in told]
    draft = draft_pdf(pdfs.flowed(*story, columns=columns, every_page=decorated), "r.pdf")
    assert [element.text for element in draft.elements] == told
    pages = [element.page or 0 for element in draft.elements]
    assert pages[0] == 1
    assert all(0 <= after - before <= 1 for before, after in pairwise(pages))
    last = draft.dropped[-1].text.split()[1]
    assert [(one.reason, one.text) for one in draft.dropped[:3]] == [
        ("running header", "Network of Cities, 2020"),
        ("running header", "Issue 1"),
        ("page number", "Page 1 of 3"),
    ]
    assert len(draft.dropped) == 3 * int(last)


def test_a_paragraph_over_a_page_break_begins_on_its_first_page_before_the_footnote() -> None:
    def first(canvas: Canvas) -> None:
        pdfs.lines("The city laid new pipes through every street of the old", y=100)(canvas)
        pdfs.lines("1 Counted by the council in May.", y=80, size=7)(canvas)

    second = pdfs.lines("quarter, and nobody was asked to pay for it twice.", y=760)
    draft = draft_pdf(pdfs.drawn(first, second), "r.pdf")
    assert draft.elements == [
        Element(
            "paragraph",
            "The city laid new pipes through every street of the old quarter, and nobody was "
            "asked to pay for it twice.",
            page=1,
        ),
        Element("paragraph", "1 Counted by the council in May.", page=1),
    ]


def test_headings_by_size_and_weight_paragraphs_and_lists() -> None:
    data = pdfs.flowed(
        pdfs.paragraph("Water and food in the cities of the south, a first report", pdfs.TITLE),
        pdfs.paragraph("Water", pdfs.SECTION),
        pdfs.paragraph(f"{LESSON} {LESSON}"),
        pdfs.paragraph("Second: <b>bold words</b> inside are no heading. And 2020."),
        pdfs.paragraph("What is needed", pdfs.LABEL),
        pdfs.bullets(f"Pipes. {LESSON}", "Pumps", "10 tanks o r so"),
        pdfs.paragraph("After the list."),
        pdfs.bullets(f"Ask. {LESSON}", "Build", kind="1"),
        pdfs.paragraph("Food", pdfs.SECTION),
        *[pdfs.paragraph(f"{LESSON} {LESSON}", pdfs.DENSE) for _ in range(2)],
    )
    assert texts(data) == [
        ("heading", 1, "Water and food in the cities of the south, a first report"),
        ("heading", 2, "Water"),
        ("paragraph", 0, f"{LESSON} {LESSON}"),
        ("paragraph", 0, "Second: bold words inside are no heading. And 2020."),
        ("heading", 3, "What is needed"),
        ("item", 0, f"Pipes. {LESSON}"),
        ("item", 0, "Pumps"),
        ("item", 0, "10 tanks o r so"),
        ("paragraph", 0, "After the list."),
        ("item", 0, f"1. Ask. {LESSON}"),
        ("item", 0, "2. Build"),
        ("heading", 2, "Food"),
        ("paragraph", 0, f"{LESSON} {LESSON}"),
        ("paragraph", 0, f"{LESSON} {LESSON}"),
    ]


def test_bookmarks_tell_the_level_of_headings() -> None:
    def page(canvas: Canvas) -> None:
        pdfs.lines("A year of water", y=780, size=18)(canvas)
        for number, (title, level) in enumerate([("Tanks", 0), ("Cost", 1), ("Wells", 0)]):
            pdfs.lines(title, y=740 - 60 * number, size=12)(canvas)
            pdfs.lines(LESSON, y=720 - 60 * number, size=8)(canvas)
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)

    headings = [one[1:] for one in texts(pdfs.drawn(page)) if one[0] == "heading"]
    assert headings == [(1, "A year of water"), (2, "Tanks"), (3, "Cost"), (2, "Wells")]


def test_the_structure_that_a_file_marks_tells_its_headings() -> None:
    lines = [("H1", "All"), ("P", "One line."), ("H3", "Deep"), ("P", "H1 is no mark here.")]
    assert texts(pdfs.tagged(*lines)) == [
        ("heading", 1, "All"),
        ("paragraph", 0, "One line."),
        ("heading", 3, "Deep"),
        ("paragraph", 0, "H1 is no mark here."),
    ]


def test_a_table_over_page_breaks_is_one_with_one_header() -> None:
    title = ["City", "What it did"]
    rows = [[f"<b>Town {n}</b> Ada Mayor{n}", f"Answer {n}. {LESSON}"] for n in range(40)]
    data = pdfs.flowed(
        pdfs.paragraph("Before the table."),
        pdfs.table([title, *rows], repeat=1, widths=[120, 300]),
        pdfs.paragraph("After the table."),
        every_page=decorated,
    )
    draft = draft_pdf(data, "r.pdf")
    expected = [(f"Town {n}\nAda Mayor{n}", f"Answer {n}. {LESSON}") for n in range(40)]
    assert [one for one in draft.dropped if one.reason == "repeated table header"] != []
    assert {one.text for one in draft.dropped if "table" in one.reason} == {"City What it did"}
    before, table, *_ = draft.elements
    assert before == Element("paragraph", "Before the table.", page=1)
    pages = table.pages
    assert table == Element("table", rows=(tuple(title), *expected), page=1, pages=pages)
    assert (pages[0], pages[-1], list(pages)) == (1, 3, sorted(page or 0 for page in pages))
    assert [element.text for element in draft.elements[2:]] == ["After the table."]


def test_merged_cells_and_paragraphs_in_a_cell() -> None:
    rows = [
        ["City", "What it did", ""],
        ["Pune", "Taps", "One<br/>Two"],
        ["", "<b>Who</b><br/>the council, with infor-<br/>mal sellers", "Wells"],
    ]
    spans = [((1, 0), (2, 0)), ((0, 1), (0, 2))]
    draft = draft_pdf(pdfs.flowed(pdfs.table(rows, widths=[80, 130, 90], spans=spans)), "r.pdf")
    expected = (
        ("City", "What it did", ""),
        ("Pune", "Taps", "One\nTwo"),
        ("Pune", "Who\nthe council, with informal sellers", "Wells"),
    )
    assert draft.elements == [Element("table", rows=expected, page=1)]


@pytest.mark.parametrize("angle", [90, -90])
def test_a_page_whose_text_stands_sideways_is_turned(angle: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.translate(pdfs.WIDTH / 2, pdfs.HEIGHT / 2)
        canvas.rotate(angle)
        canvas.grid([0, 100, 200], [0, 40, 80])
        pdfs.lines("City", "", "", "Pune", x=10, y=60)(canvas)
        pdfs.lines("Did", "", "", "Taps", x=110, y=60)(canvas)
        pdfs.lines("Under the table.", x=0, y=-40)(canvas)

    assert draft_pdf(pdfs.drawn(page), "r.pdf").elements == [
        Element("table", rows=(("City", "Did"), ("Pune", "Taps")), page=1),
        Element("paragraph", "Under the table.", page=1),
    ]


def test_a_box_around_text_is_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.grid([60, 540], [640, 680, 720])
        pdfs.lines("A box.", x=72, y=700)(canvas)

    assert texts(pdfs.drawn(page)) == [("paragraph", 0, "A box.")]


def test_every_character_is_in_the_elements_or_named_as_dropped() -> None:
    def page(canvas: Canvas) -> None:
        decorated(canvas)
        pdfs.lines(LESSON, y=700, size=7)(canvas)
        pdfs.lines("machine mark", y=600, size=1)(canvas)
        canvas.rotate(45)
        pdfs.lines("DRAFT", x=500, y=100, size=40)(canvas)

    draft = draft_pdf(pdfs.drawn(page, page, page), "r.pdf")
    reasons = {one.reason: one.text for one in draft.dropped}
    assert reasons == {
        "turned text": "DRAFT",
        "tiny text": "machine mark",
        "running header": "Issue 3",
        "page number": "Page 3 of 3",
    }
    running = "Network of Cities, 2020 Issue 1 Page 1 of 3"
    assert draft.characters == 3 * visible(f"{running} {LESSON} machine mark DRAFT")


@pytest.mark.parametrize(
    ("title", "stated"),
    [
        ("Water for Cities", {"title": "Water for Cities"}),
        ("Microsoft Word - water for cities.doc", {}),
        ("untitled", {}),
        ("Annual report of somebody else", {}),
    ],
)
def test_a_title_counts_only_if_it_stands_in_the_text(title: str, stated: dict[str, str]) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setTitle(title)
        pdfs.lines("Water for cities: what was done in 2020. Microsoft Word untitled.")(canvas)

    draft = draft_pdf(pdfs.drawn(page, lang="pt-BR"), "r.pdf")
    assert draft.stated == {**stated, "language": "pt-BR"}


LOCKED = StandardEncryption("secret", "owner")
OPEN = StandardEncryption("", "owner", canCopy=0)


def test_a_file_without_a_password_for_reading_is_read() -> None:
    data = pdfs.drawn(pdfs.lines("For all."), encrypt=OPEN)
    assert texts(data) == [("paragraph", 0, "For all.")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pdfs.drawn(pdfs.scan), r"r\.pdf: no text in it \(scanned pages\?\); run OCR over it"),
        (pdfs.drawn(pdfs.lines("x"), encrypt=LOCKED), r"r\.pdf: is locked with a password; save"),
        (b"%PDF-1.4\nnothing behind it", r"r\.pdf: is no readable PDF: .+; export it anew"),
        (b"", r"r\.pdf: is no readable PDF: .+; export it anew"),
        (pdfs.empty_pages(10_000), r"has 10000 pages; at most 2000 are read: split it"),
        (pdfs.empty_pages(0), r"r\.pdf: is no readable PDF: it has no pages"),
        (pdfs.unmapped(), r"text cannot be decoded \(fonts without a character map\)"),
        (pdfs.drawn(pdfs.lines("12", y=40)), r"r\.pdf: yields no text: it holds running headers"),
    ],
    ids=["scanned", "locked", "broken", "empty", "too long", "no pages", "no map", "number only"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        draft_pdf(data, "r.pdf")


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12))
@settings(max_examples=40)
def test_a_damaged_file_is_read_or_refused_in_one_sentence(damage: list[tuple[int, int]]) -> None:
    data = bytearray(pdfs.drawn(pdfs.lines("Words."), pdfs.scan))
    for place, byte in damage:
        data[place % len(data)] = byte
    assert re.fullmatch(r"1 element|2 elements|r\.pdf: [^\n]+", told(bytes(data)))


def test_the_name_of_a_chapter_beside_a_page_number_is_a_running_header() -> None:
    def page(canvas: Canvas) -> None:
        pdfs.lines("Chapter 2: Water", y=790)(canvas)
        pdfs.lines("17", x=500, y=790)(canvas)
        pdfs.lines("Text of it.", y=700)(canvas)

    draft = draft_pdf(pdfs.drawn(page), "r.pdf")
    assert [element.text for element in draft.elements] == ["Text of it."]
    assert [(one.reason, one.text) for one in draft.dropped] == [
        ("running header", "Chapter 2: Water"),
        ("page number", "17"),
    ]


def test_pages_that_are_scans_are_named() -> None:
    data = pdfs.drawn(pdfs.lines("Words."), pdfs.scan, pdfs.lines("More."), pdfs.scan)
    draft = draft_pdf(data, "r.pdf")
    assert [element.page for element in draft.elements] == [1, 3]
    assert draft.warnings == ["pages 2, 4 hold no text, only images: needs OCR"]
