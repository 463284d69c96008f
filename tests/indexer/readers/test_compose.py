from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.chunking import Chunker
from indexer.document import Block, Document, Dropped, Place
from indexer.errors import DocumentError
from indexer.readers.compose import compose
from indexer.readers.draft import Draft, Element

PROSE = "Each school in the hill quarter got two rain barrels and a pump in spring."
FIXED = {"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u00ad": ""}
"""What typesetting alone needs, and what becomes of it."""


def draft(*elements: Element, **more: Any) -> Draft:
    return Draft(list(elements), **more)


def heading(text: str, level: int = 1) -> Element:
    return Element("heading", text, level=level)


def paragraph(text: str, page: int | None = None) -> Element:
    return Element("paragraph", text, page=page)


def pieces(document: Document) -> list[tuple[str, tuple[str, ...], str]]:
    return [(b.kind, b.section, document.text[b.start : b.end]) for b in document.blocks]


def test_headings_nest_and_the_title_is_no_section() -> None:
    document = compose(
        draft(
            paragraph("Harbour Towns"),
            heading("Rain barrels"),
            paragraph(PROSE),
            heading("Pumps", 3),
            paragraph("Pumps came."),
            Element("item", "2. Pipes"),
            heading("Wells", 2),
            paragraph("Wells ran dry."),
            heading("Elsewhere"),
            paragraph("Frost came."),
        ),
        "notes/rain.html",
        {},
    )
    assert document.metadata.title == "Rain barrels"
    assert pieces(document) == [
        ("heading", (), "Harbour Towns"),
        ("heading", (), "Rain barrels"),
        ("paragraph", (), PROSE),
        ("heading", (), "Pumps"),
        ("paragraph", ("Pumps",), "Pumps came."),
        ("item", ("Pumps",), "2. Pipes"),
        ("heading", (), "Wells"),
        ("paragraph", ("Wells",), "Wells ran dry."),
        ("heading", (), "Elsewhere"),
        ("paragraph", ("Elsewhere",), "Frost came."),
    ]


def test_a_table_keeps_header_aspects_places_and_pages() -> None:
    rows = (("City", "Challenge", "Measures"), ("Tanga", "Wells\nran dry", "Pumps"))
    parted = Element("table", rows=(("Puno", "", "Stoves"),), page=3)
    table = Element("table", rows=rows, page=3)
    document = compose(draft(heading("Rain"), table, parted, paragraph(PROSE, 5)), "a.pdf", {})
    tanga, puno = Place("Tanga"), Place("Puno")
    header: Any = {"section": (), "page": 3}
    assert document.text == (
        "Rain\n\nCity\tChallenge\tMeasures\n\nTanga\tWells ran dry\tPumps\nPuno\t\tStoves\n\n"
        + PROSE
    )
    assert document.tables == 1
    assert list(document.blocks[1:5]) == [
        Block(6, 29, "heading", header=rows[0], **header),
        Block(31, 50, "row", aspect="challenge", header=rows[0][:2], place=tanga, **header),
        Block(
            51, 56, "row", aspect="response", header=("Tanga", "Measures"), place=tanga, **header
        ),
        Block(57, 69, "row", aspect="response", header=rows[0], place=puno, **header),
    ]
    assert document.blocks[-1].page == 5


def test_a_row_is_on_its_own_page_where_a_table_goes_on_to_the_next() -> None:
    first = Element("table", rows=(("City", "Measures"), ("Tanga", "Pumps.")), page=3)
    second = Element("table", rows=(("Puno", "Stoves."), ("Lima", "Taps.")), page=4)
    document = compose(draft(paragraph(PROSE, 3), first, second), "a.pdf", {})
    pages = {document.text[b.start : b.end]: b.page for b in document.blocks if b.kind == "row"}
    assert pages == {"Tanga\tPumps.": 3, "Puno\tStoves.": 4, "Lima\tTaps.": 4}


@pytest.mark.parametrize("nothing", ["", "\u00ad"])
def test_an_element_without_text_is_passed_over(nothing: str) -> None:
    document = compose(draft(paragraph(nothing), paragraph(PROSE)), "a.html", {})
    assert document.text == PROSE


def test_a_row_below_a_wide_header_is_not_too_long_with_it() -> None:
    header = tuple(f"Pumps of ward {number}" for number in range(6))
    row = tuple(f"{number} new hand pumps." for number in range(6))
    table = Element("table", rows=(header, row), header=True)
    document = compose(draft(paragraph(PROSE), table), "a.html", {})
    passages = Chunker(words, 40).split(document)
    assert [len(passage.embedded.split()) for passage in passages if "ward" in passage.text] <= [40]


def test_each_field_is_told_with_where_it_comes_from() -> None:
    document = compose(
        draft(
            paragraph("PRESS RELEASE"),
            paragraph("Rain barrels for schools"),
            paragraph("Tanga, 12 June 2021"),
            paragraph(PROSE),
            stated={"publisher": "Tanga Works", "language": "de"},
        ),
        "press/2020-05-rain.txt",
        {"kind": "report", "publisher": "Harbour Towns"},
        {"id": "rain", "topics": "water, schools", "date": ""},
    )
    metadata = document.metadata
    assert (document.id, document.path) == ("rain", "press/2020-05-rain.txt")
    assert (metadata.title, metadata.kind) == ("Rain barrels for schools", "report")
    assert (metadata.date, metadata.publisher) == ("2021-06-12", "Harbour Towns")
    assert (metadata.language, metadata.topics) == ("en", ("water", "schools"))
    assert {name: origin for name, origin in document.origins.items() if name != "id"} == {
        "title": "its first lines",
        "kind": "metadata.yaml",
        "date": "its first lines",
        "publisher": "metadata.yaml",
        "language": "the file",
        "topics": "front matter",
    }


@pytest.mark.parametrize(
    ("name", "title", "date", "kind"),
    [
        ("news/2020-05-rain.txt", "2020-05-rain", "2020-05", "news"),
        ("rain.txt", "rain", None, "other"),
    ],
)
def test_a_file_that_says_nothing_is_known_by_its_name(
    name: str, title: str, date: str | None, kind: str
) -> None:
    document = compose(draft(paragraph(PROSE)), name, {})
    known = (document.metadata.title, document.metadata.date, document.metadata.kind)
    assert known == (title, date, kind)
    origins = {"title": "its name", "language": "its text"}
    assert document.origins == (origins | {"date": "its name"} if date else origins)


@pytest.mark.parametrize(
    ("dropped", "warnings"),
    [
        (15, ()),
        (16, ("only 5 of 21 characters were kept; `citywise inspect` shows the others",)),
        (2_000, ("only 5 of 2,005 characters were kept; `citywise inspect` shows the others",)),
    ],
)
def test_a_source_of_which_little_is_kept_is_warned_of(
    dropped: int, warnings: tuple[str, ...]
) -> None:
    left_out = [Dropped("navigation", "x" * dropped)]
    document = compose(
        draft(paragraph("Pumps"), dropped=left_out, warnings=["page 2 is torn"]), "a.html", {}
    )
    assert document.warnings == ("page 2 is torn", *warnings)
    assert (document.characters, document.dropped) == (5 + dropped, tuple(left_out))


@pytest.mark.parametrize(
    ("front", "where"), [({"title": "Rain"}, "behind the front matter"), (None, "visible in it")]
)
def test_a_draft_without_a_visible_character_is_an_error(
    front: dict[str, str] | None, where: str
) -> None:
    nothing = draft(heading(""), paragraph(" \u00ad\u200b\n"), Element("table", rows=(("", " "),)))
    reason = f"^a.md: yields no text: there is nothing {where}$"
    with pytest.raises(DocumentError, match=reason):
        compose(nothing, "a.md", {}, front)


TEXTS = st.one_of(
    st.text(alphabet="ab Zé.\t\n:“”«»\"1-–•#|\u00a0\u202f\u00ad\u200b\u0301\u2028\x85\x1c\x0b城👩",
            max_size=24),
    st.text(max_size=12),
    st.sampled_from(["City", "Challenge", "Measures", "Tanga", "Contents", "About the league",
                     "For more information:", "rain@tanga.example", "12 June 2021", PROSE,
                     "“We carried water up the hill,” said Amina Okoro, Mayor of Tanga."]),
)  # fmt: skip
ROWS = st.lists(st.lists(TEXTS, max_size=4), max_size=4)
ADDED = st.one_of(
    st.tuples(st.just("heading"), TEXTS, st.integers(1, 6)),
    st.tuples(st.just("paragraph"), TEXTS),
    st.tuples(st.just("item"), TEXTS),
    st.tuples(st.just("table"), ROWS, st.sampled_from([None, True, False])),
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Any draft with something to read in it."""
    found = Draft()
    added = draw(st.lists(ADDED, max_size=8))
    added.insert(draw(st.integers(0, len(added))), ("paragraph", "Pumps came."))
    for kind, *arguments in added:
        getattr(found, kind)(*arguments)
    return found


def cleaned(text: str) -> str:
    return "".join(FIXED.get(char, char) for char in text)


def visible(text: str) -> str:
    return "".join(char for char in cleaned(text) if char.isprintable() and not char.isspace())


@settings(max_examples=100)
@given(drafts())
def test_any_draft_becomes_text_whose_blocks_are_its_elements_in_order(found: Draft) -> None:
    texts = [t for e in found.elements for t in (e.text, *(cell for row in e.rows for cell in row))]
    document = compose(found, "a.html", {})
    text, blocks = document.text, document.blocks
    assert visible(text) == "".join(map(visible, texts))
    written = [text[b.start : b.end] for b in blocks if b.kind != "row" and not b.header]
    whole = [
        cleaned(e.text).strip() for e in found.elements if e.kind != "table" and visible(e.text)
    ]
    assert written == whole
    assert (blocks[0].start, blocks[-1].end) == (0, len(text))
    assert all(block.start < block.end for block in blocks)
    assert all(text[a.end : b.start].isspace() for a, b in pairwise(blocks))
    assert all(text[q.start : q.end].strip() for q in document.quotes)


def words(texts: list[str] | tuple[str, ...] | Any) -> list[int]:
    return [len(text.split()) for text in texts]


@settings(max_examples=100)
@given(drafts(), st.integers(2, 24))
def test_passages_hold_every_block_once_and_none_is_too_long(found: Draft, limit: int) -> None:
    document = compose(found, "a.html", {})
    text = document.text
    passages = Chunker(words, limit).split(document)
    assert all(passage.text == text[passage.start : passage.end] for passage in passages)
    assert all(a.end <= b.start for a, b in pairwise(passages))
    held = {i for passage in passages for i in range(passage.start, passage.end)}
    assert {i for i, char in enumerate(text) if not char.isspace()} <= held
    assert max(words(passage.embedded for passage in passages)) <= limit
    assert len({passage.id for passage in passages}) == len(passages)
