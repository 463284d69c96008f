from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from indexer.snapshot.snapshot import Snapshot
from tests.search_api.web.conftest import Read, words

ADDRESS = "/documents/durban-note"


def test_a_document_shows_its_whole_text_and_each_passage_verbatim(
    read: Read, snapshot: Snapshot
) -> None:
    whole = snapshot.passages.whole("durban-note")
    assert whole is not None
    page = read(ADDRESS)
    shown = page.cssselect("[data-passage]")
    assert [each.get("data-passage") for each in shown] == [p.id for p in whole.passages]
    assert [each.text_content() for each in shown] == [p.text for p in whole.passages]
    anchors = [each.get("id") for each in page.cssselect(".passage:has([data-passage])")]
    assert anchors == [f"p-{p.id}" for p in whole.passages]
    assert words(page.cssselect(".text")[0]) == " ".join(whole.text.split())


def test_headings_come_from_the_sections(read: Read) -> None:
    page = read(ADDRESS)
    assert words(page.cssselect("h1")[0]) == "Notes from Durban"
    assert [words(each) for each in page.cssselect(".text h1.again")] == ["Notes from Durban"]
    assert [words(each) for each in page.cssselect(".text h2")] == ["Informal settlements"]
    assert "Informal settlements" in [words(each) for each in page.cssselect(".contents a")]


def test_the_passage_asked_for_is_lit_and_leads_to_its_neighbours(
    read: Read, snapshot: Snapshot
) -> None:
    whole = snapshot.passages.whole("durban-note")
    assert whole is not None
    first, second, third = (passage.id for passage in whole.passages[:3])
    page = read(ADDRESS, passage=second)
    (lit,) = page.cssselect(".lit")
    assert lit.get("id") == f"p-{second}"
    assert lit.cssselect("a[rel=prev]")[0].get("href") == f"{ADDRESS}?passage={first}#p-{first}"
    assert lit.cssselect("a[rel=next]")[0].get("href") == f"{ADDRESS}?passage={third}#p-{third}"
    assert words(lit.cssselect(".citation")[0]).startswith("Network of Cities, “Notes from Durban”")
    source = lit.cssselect("a.open")[0].get("href")
    assert source is not None
    assert source.startswith("https://example.org/durban#:~:text=")
    assert read(ADDRESS, passage=first).cssselect(".lit a[rel=prev]") == []


def test_a_passage_that_is_gone_is_said_to_be(read: Read) -> None:
    page = read(ADDRESS, passage="0123456789abcdef")
    assert page.cssselect(".lit") == []
    assert words(page.cssselect(".notice")[0]) == (
        "This document no longer holds the excerpt you were sent to. Here is its present text."
    )


def test_what_is_known_of_the_document_stands_beside_it(read: Read, snapshot: Snapshot) -> None:
    page = read(ADDRESS, lang="fr")
    named = [words(each) for each in page.cssselect(".facts dt")]
    facts = dict(zip(named, page.cssselect(".facts dt + dd"), strict=True))
    assert [words(facts[name]) for name in ("Type", "Date", "Éditeur", "Langue", "Thèmes")] == [
        "Compte rendu de séance", "25 mars 2020", "Network of Cities", "Anglais", "housing, water",
    ]  # fmt: skip
    source = facts["Source"].cssselect("a")[0]
    assert source.get("href") == "https://example.org/durban"
    assert source.get("rel") == "noopener external"


def test_reference_managers_read_the_document(read: Read) -> None:
    page = read(ADDRESS)
    named = {each.get("name"): each.get("content") for each in page.cssselect("meta[name]")}
    assert named["citation_title"] == "Notes from Durban"
    assert named["citation_publication_date"] == "2020/03/25"
    assert named["citation_publisher"] == "Network of Cities"
    assert named["citation_public_url"] == "https://example.org/durban"
    assert named["DC.identifier"] == "http://testserver/documents/durban-note"
    assert page.cssselect("link[rel=canonical]")[0].get("href") == named["DC.identifier"]


@pytest.mark.parametrize("identity", ["lost", "a/b", "<b>"])
def test_a_document_that_is_not_there_has_a_page_of_its_own(identity: str, read: Read) -> None:
    page = read(f"/documents/{identity}", 404)
    assert words(page.cssselect("h1")[0]) == "No such document"
    assert words(page.cssselect("[role=alert]")[0]) == f"The index holds no document “{identity}”."
    assert page.get_element_by_id("q") is not None


def test_the_raw_page_ends_where_the_document_does(client: TestClient) -> None:
    assert client.get(ADDRESS).text.rstrip().endswith("</html>")
