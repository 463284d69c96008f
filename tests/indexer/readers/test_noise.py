from __future__ import annotations

import pytest

from indexer.document import BlockKind, Noise
from indexer.readers.canonical import CanonicalText
from indexer.readers.noise import marked

PROSE = "Each school in the hill quarter got two rain barrels and a pump. " * 4

Piece = tuple[BlockKind, str]


def noise(*pieces: Piece) -> list[Noise | None]:
    canonical = CanonicalText()
    for kind, text in pieces:
        canonical.add(text, kind)
    blocks = marked(canonical.text, canonical.blocks)
    assert [(block.start, block.end) for block in blocks] == [
        (block.start, block.end) for block in canonical.blocks
    ]
    return [block.noise for block in blocks]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Write to rain@tanga.example for a barrel.", "contact"),
        ("Phone: +255 27 264 1234", "contact"),
        ("Tél. 01 23 45 67 89", "contact"),
        ("https://tanga.example/rain", "links"),
        ("www.tanga.example", "links"),
        ("More information on pumps is in the annex", "links"),
        ("Wells ........ 4\nPumps ........ 9", "contents"),
        ("Phone lines were cut in 3 quarters.", None),
        ("The page https://tanga.example/rain lists the wells.", None),
        ("Wells ........ 4\nPumps came late.", None),
        (f"{PROSE} rain@tanga.example", None),
    ],
)
def test_a_short_block_is_told_by_its_own_look(text: str, mark: Noise | None) -> None:
    assert noise(("paragraph", PROSE), ("paragraph", text)) == [None, mark]


@pytest.mark.parametrize(
    ("kind", "head", "mark"),
    [
        ("heading", "Contact", "contact"),
        ("heading", "Contactos de prensa", "contact"),
        ("paragraph", "For more information:", "contact"),
        ("paragraph", "Para más información, llame:", "contact"),
        ("paragraph", "Pour en savoir plus :", "contact"),
        ("heading", "Mais informações", "contact"),
        ("heading", "Table of contents", "contents"),
        ("paragraph", "Sumário", "contents"),
        ("paragraph", "Contact", None),
        ("heading", "Contact with the harbour", None),
    ],
)
def test_what_is_announced_lasts_to_the_next_heading_or_long_block(
    kind: BlockKind, head: str, mark: Noise | None
) -> None:
    found = noise(
        ("paragraph", PROSE),
        (kind, head),
        ("item", "Ada Byron, pumps"),
        ("item", "Bo Diddley, pipes"),
        ("paragraph", PROSE),
        ("item", "Cy Young, taps"),
    )
    assert found == [None, mark, mark, mark, None, None]
    assert noise((kind, head), ("item", "Ada"), ("heading", "Pumps"), ("item", "Bo")) == [
        mark,
        mark,
        None,
        None,
    ]


def test_an_invitation_to_click_is_a_link_only_where_contacts_are_announced() -> None:
    invitation: Piece = ("item", "Read the story of the pumps")
    found = noise(invitation, ("heading", "Further information"), invitation)
    assert found == [None, "contact", "links"]


def test_rows_of_a_table_are_never_noise() -> None:
    row: Piece = ("row", "Tanga\train@tanga.example")
    assert noise(("heading", "Contact"), ("item", "Ada"), row) == ["contact", "contact", None]


def test_what_a_publisher_says_of_itself_at_the_end_is_boilerplate() -> None:
    contact: list[Piece] = [("heading", "Contact"), ("item", "rain@tanga.example")]
    about: list[Piece] = [("heading", "About Harbour Towns"), ("paragraph", PROSE)]
    body: list[Piece] = [("heading", "Pumps"), ("paragraph", PROSE)]
    assert noise(*body, *about) == [None, None, "boilerplate", "boilerplate"]
    assert noise(*body, *about, *contact)[2:] == ["boilerplate"] * 2 + ["contact"] * 2
    assert noise(*about, *body) == [None] * 4
    assert noise(*body, ("heading", "Acerca de la red"), ("item", "a@b.example"))[2:] == [
        "boilerplate",
        "contact",
    ]


def test_a_document_of_nothing_else_stays_unmarked() -> None:
    contact: list[Piece] = [("heading", "Contact"), ("item", "rain@tanga.example")]
    assert noise(*contact) == [None, None]
    assert noise(("heading", "About the league"), ("paragraph", PROSE)) == [None, None]
    assert noise() == []
