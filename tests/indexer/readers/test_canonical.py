from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.document import Block
from indexer.readers.canonical import CanonicalText


def pieces(canonical: CanonicalText) -> list[tuple[str, str]]:
    return [(block.kind, canonical.text[block.start : block.end]) for block in canonical.blocks]


def test_a_block_knows_its_place_section_aspect_and_header() -> None:
    canonical = CanonicalText()
    canonical.add("Water", "heading")
    canonical.add("Tanks came.", section=("Water",), aspect="response")
    canonical.add("Pune\tTaps", "row", header=("City", "What"))
    assert canonical.text == "Water\n\nTanks came.\n\nPune\tTaps"
    assert canonical.blocks == [
        Block(0, 5, "heading"),
        Block(7, 18, "paragraph", ("Water",), "response"),
        Block(20, 29, "row", (), None, ("City", "What")),
    ]


@pytest.mark.parametrize("kind", ["item", "row"])
def test_items_and_rows_follow_each_other_on_the_next_line(kind: str) -> None:
    canonical = CanonicalText()
    for text, its_kind in [("a", kind), ("b", kind), ("c", "paragraph"), ("d", kind)]:
        canonical.add(text, its_kind)  # type: ignore[arg-type]
    assert canonical.text == "a\nb\n\nc\n\nd"


def test_paragraphs_and_headings_are_parted_by_a_blank_line() -> None:
    canonical = CanonicalText()
    canonical.add("One", "heading")
    canonical.add("Two", "heading")
    canonical.add("Three")
    canonical.add("Four")
    assert canonical.text == "One\n\nTwo\n\nThree\n\nFour"


def test_offsets_count_code_points() -> None:
    canonical = CanonicalText()
    canonical.add("Cafe\u0301 👩‍👩‍👧 København")
    canonical.add("城市")
    assert [(block.start, block.end) for block in canonical.blocks] == [(0, 21), (23, 25)]
    assert canonical.text[23:25] == "城市"


@pytest.mark.parametrize("nothing", ["", " \t\n", "\u00a0\u2003", "\u200b", "\ufeff\u2060 "])
def test_text_without_a_visible_character_is_no_block(nothing: str) -> None:
    canonical = CanonicalText()
    canonical.add("Before")
    canonical.add(nothing)
    canonical.add("after")
    assert pieces(canonical) == [("paragraph", "Before"), ("paragraph", "after")]
    assert canonical.text == "Before\n\nafter"


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("One.\n\nTwo.", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("One\nmore.\n \t\nTwo.", [("paragraph", "One more."), ("paragraph", "Two.")]),
        ("\n\n\nOne.\n\n\n\nTwo.\n\n", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("- a\n- b", [("item", "- a"), ("item", "- b")]),
        ("- a\n  wrapped\n* b", [("item", "- a wrapped"), ("item", "* b")]),
        ("Needed:\n1. water\n2) food", [("paragraph", "Needed:"), ("item", "1. water"),
                                       ("item", "2) food")]),
        ("• a\n‣ b\n– c", [("item", "• a"), ("item", "‣ b"), ("item", "– c")]),
        ("It was\n2020. A year.", [("paragraph", "It was 2020. A year.")]),
        ("About\n-5 degrees", [("paragraph", "About -5 degrees")]),
        ("A well-\nknown", [("paragraph", "A well- known")]),
        ("One\x0ctwo\u2028three", [("paragraph", "One two three")]),
    ],
)  # fmt: skip
def test_prose_is_parted_by_blank_lines_and_bullets(
    prose: str, expected: list[tuple[str, str]]
) -> None:
    canonical = CanonicalText()
    canonical.add_prose(prose)
    assert pieces(canonical) == expected


def test_every_piece_of_prose_has_the_given_section_and_aspect() -> None:
    canonical = CanonicalText()
    canonical.add_prose("One.\n- two", section=("Challenge",), aspect="challenge")
    assert canonical.blocks == [
        Block(0, 4, "paragraph", ("Challenge",), "challenge"),
        Block(6, 11, "item", ("Challenge",), "challenge"),
    ]


def visible(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and not char.isspace())


@settings(max_examples=60, derandomize=True)
@given(st.text())
def test_prose_keeps_every_visible_character_in_order(prose: str) -> None:
    canonical = CanonicalText()
    canonical.add_prose(prose)
    assert visible(canonical.text) == visible(prose)
