from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.document import Metadata, Source
from indexer.passage import Passage
from indexer.snapshot.passages import StoredDocument
from search_api.engine.citation import cite, deep_link


def document(**about: Any) -> StoredDocument:
    return StoredDocument("notes/salvador.md", "notes/salvador.md", "0" * 64, Metadata(**about))


def passage(
    text: str = "Water came.", *, section: tuple[str, ...] = (), page: int | None = None
) -> Passage:
    return Passage("p", 120, 120 + len(text), text, "", 0, section, (), page=page)


def link(text: str, url: str | None = "https://example.org/a") -> str | None:
    return deep_link(document(url=url), passage(text), (0, len(text)))


def test_a_reference_says_who_what_when_where_and_the_place_in_it() -> None:
    about = document(
        publisher="Réseau des villes",
        title="Notes from Salvador",
        date="2021-05",
        url="https://example.org/salvador",
    )
    assert cite(about, passage(section=("Answers", "Water"), page=7)) == (
        "Réseau des villes, “Notes from Salvador”, 2021-05, p. 7, section “Answers › Water”, "
        "characters 120–131, https://example.org/salvador."
    )


def test_what_is_not_known_of_a_document_leaves_no_gap() -> None:
    assert cite(document(title="Notes"), passage()) == "“Notes”, characters 120–131."


def test_a_document_without_title_is_cited_by_its_id() -> None:
    assert cite(document(date="2021"), passage()) == (
        "“notes/salvador.md”, 2021, characters 120–131."
    )


def test_a_reference_names_the_sources_of_a_document() -> None:
    about = document(
        title="Notes",
        sources=(
            Source("City Hall", "Minutes", "https://example.org/minutes", "2021-04-30"),
            Source("", "A leaflet"),
        ),
    )
    assert cite(about, passage()) == (
        "“Notes”, characters 120–131. Sources: City Hall, “Minutes”, 2021-04-30, "
        "https://example.org/minutes; “A leaflet”."
    )


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Water came.", "Water%20came."),
        ("a b c d e f g h i j", "a%20b%20c%20d%20e%20f%20g%20h%20i%20j"),
        ("a b c d e f g h i j k", "a%20b%20c%20d%20e,g%20h%20i%20j%20k"),
        ("one-way, or not", "one%2Dway%2C%20or%20not"),
        ("Bed & Breakfast", "Bed%20%26%20Breakfast"),
        ("100% of #3 = a/b?", "100%25%20of%20%233%20%3D%20a%2Fb%3F"),
        ("São Tomé 🚲", "S%C3%A3o%20Tom%C3%A9%20%F0%9F%9A%B2"),
        ("two\nlines\tand  gaps", "two%20lines%20and%20gaps"),
    ],
)
def test_a_link_names_the_sentence_with_its_syntax_encoded(text: str, fragment: str) -> None:
    assert link(text) == f"https://example.org/a#:~:text={fragment}"


def test_a_link_names_the_marked_sentence_alone() -> None:
    held = passage("Dry. Water came. Dry again.")
    found = deep_link(document(url="https://example.org/a"), held, (5, 16))
    assert found == "https://example.org/a#:~:text=Water%20came."


def test_a_fragment_of_the_address_stays_before_the_text() -> None:
    assert link("Water came.", "https://example.org/a?b=c#part-2") == (
        "https://example.org/a?b=c#part-2:~:text=Water%20came."
    )


def test_an_address_that_names_a_text_already_does_not_get_a_second_delimiter() -> None:
    # a browser reads everything behind the first `:~:` as directives, parted by ampersands
    found = link("Water came.", "https://example.org/a#:~:text=Dry")
    assert found is not None
    assert found.count(":~:") == 1
    assert found.endswith("text=Water%20came.")


@pytest.mark.parametrize("url", [None, ""])
def test_a_document_without_address_has_no_link(url: str | None) -> None:
    assert link("Water came.", url) is None


def test_white_space_alone_makes_no_fragment() -> None:
    assert link(" \n ") == "https://example.org/a"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("aé-,&#%:~ 🚲", min_size=1), min_size=1, max_size=14).map(" ".join))
def test_a_browser_decodes_the_first_and_last_words_of_the_sentence(text: str) -> None:
    words = text.split()
    found = link(text) or ""
    if not words:
        return
    _, _, fragment = found.partition("#:~:text=")
    assert "-" not in fragment
    assert "&" not in fragment
    parts = [unquote(part) for part in fragment.split(",")]
    whole, ends = [" ".join(words)], [" ".join(words[:5]), " ".join(words[-5:])]
    assert parts == (whole if len(words) <= 10 else ends)
