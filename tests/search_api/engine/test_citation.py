from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

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


def link(text: str, url: str | None = "https://example.org/a", *, page: int | None = None) -> Any:
    held = passage(text, page=page)
    return deep_link(document(url=url), held, (0, len(text)), lambda _: " " * 120 + text)


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


def test_a_link_names_the_marked_sentence_alone() -> None:
    held = passage("Dry. Water came. Dry again.")
    found = deep_link(
        document(url="https://example.org/a"), held, (5, 16), lambda _: " " * 120 + held.text
    )
    assert found == "https://example.org/a#:~:text=Water%20came."


def test_a_sentence_that_the_document_repeats_is_told_from_its_copy() -> None:
    before = "Water came." + " " * 100 + "Dry again. "
    held = replace(passage("Water came."), start=len(before), end=len(before) + 11)
    found = deep_link(
        document(url="https://example.org/a"),
        held,
        (0, 11),
        {"notes/salvador.md": before + held.text}.__getitem__,
    )
    assert found == "https://example.org/a#:~:text=again.-,Water%20came."


def test_a_link_to_a_paged_source_opens_its_page_and_asks_for_no_text() -> None:
    held = passage("Water came.", page=7)
    found = deep_link(
        document(url="https://example.org/a.pdf#top"), held, (0, 11), dict[str, str]().__getitem__
    )
    assert found == "https://example.org/a.pdf#page=7"


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
