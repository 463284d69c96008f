from __future__ import annotations

import pytest

from indexer.errors import NotHeldError
from search_api.engine.answer import SourceRef
from search_api.engine.searcher import Searcher
from search_api.mcp import tools
from search_api.mcp.arguments import Fetch, Search, SearchExcerpts
from search_api.mcp.tools import fetch, search, search_excerpts

BASE = "https://search.example"
QUESTION = "bicycle lanes in Lima"


def first(searcher: Searcher, title: str) -> str:
    """The id of the first passage whose title is this."""
    found = search(searcher, Search(query=QUESTION), BASE).results
    return next(each.id for each in found if each.title == title)


def test_a_search_names_passages_with_an_address_to_cite(searcher: Searcher) -> None:
    found = search(searcher, Search(query=QUESTION), BASE).results
    answer = searcher.ask(QUESTION)
    assert [each.id for each in found] == [each.passage_id for each in answer.results]
    addresses = {each.title: each.url for each in found}
    lima = first(searcher, "Bicycle lanes")
    assert addresses["Bicycle lanes"] == (f"{BASE}/documents/lima-bikes?passage={lima}#p-{lima}")
    durban = addresses["Notes from Durban › Informal settlements"]
    assert durban is not None
    assert durban.startswith("https://example.org/durban#:~:text=")


def test_without_a_server_a_document_without_address_has_none(searcher: Searcher) -> None:
    found = search(searcher, Search(query=QUESTION), None).results
    assert {each.title: each.url for each in found}["Bicycle lanes"] is None


def test_what_a_document_names_as_its_source_is_better_than_no_address() -> None:
    nowhere = SourceRef(publisher="Lima", title="Bicycles", url=None, date=None)
    sources = [nowhere, nowhere.model_copy(update={"url": "https://lima.example"})]
    assert tools._source(sources) == "https://lima.example"


def test_a_passage_is_read_by_its_id(searcher: Searcher) -> None:
    identity = first(searcher, "Bicycle lanes")
    found = fetch(searcher, Fetch(id=identity), BASE)
    assert found.model_dump() == {
        "id": identity,
        "title": "Bicycle lanes",
        "text": "Lima painted 46 kilometres of bicycle lanes.",
        "url": f"{BASE}/documents/lima-bikes?passage={identity}#p-{identity}",
        "metadata": {
            "document": "lima-bikes",
            "kind": "initiative",
            "date": "2020-05",
            "language": "en",
            "cities": "Lima, Peru",
            "citation": "“Bicycle lanes”, 2020-05, characters 0–44.",
            "index": searcher.snapshot.manifest.id,
        },
    }


def test_a_document_is_read_whole_by_its_id(searcher: Searcher) -> None:
    found = fetch(searcher, Fetch(id="durban-note"), BASE)
    assert (found.title, found.url) == ("Notes from Durban", "https://example.org/durban")
    assert found.text == searcher.snapshot.passages.text("durban-note")
    assert found.metadata == {
        "document": "durban-note",
        "kind": "session",
        "date": "2020-03-25",
        "publisher": "Network of Cities",
        "language": "en",
        "topics": "housing; water",
        "cities": "Durban, South Africa",
        "index": searcher.snapshot.manifest.id,
    }
    assert fetch(searcher, Fetch(id="quito-food"), BASE).url == f"{BASE}/documents/quito-food"


def test_a_long_document_is_cut_and_says_so(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = searcher.snapshot.passages.text("durban-note")
    monkeypatch.setattr(tools, "LONGEST", 20)
    found = fetch(searcher, Fetch(id="durban-note"), BASE)
    assert found.text == whole[:20]
    assert found.metadata["cut"] == (
        f"the first 20 of {len(whole)} characters; search for passages of the rest"
    )


def test_an_unknown_id_is_said_to_be_unknown(searcher: Searcher) -> None:
    with pytest.raises(NotHeldError, match="no passage or document has the id “p-1” in index "):
        fetch(searcher, Fetch(id="p-1"), BASE)


def test_excerpts_are_verbatim_filtered_and_cited(searcher: Searcher) -> None:
    asked = SearchExcerpts(query="informal settlements", country=["South Africa"], k=1)
    (found,) = search_excerpts(searcher, asked, BASE).results
    (result,) = searcher.ask("informal settlements", 1, filters=asked.filters).results
    assert (found.id, found.text, found.url) == (result.passage_id, result.text, result.link)
    assert found.sentence in found.text
    assert (found.rank, found.document, found.kind) == (1, "durban-note", "session")
    assert found.citation == result.citation
    assert [(city.name, city.country) for city in found.cities] == [("Durban", "South Africa")]


def test_a_filter_that_leaves_nothing_is_named(searcher: Searcher) -> None:
    asked = SearchExcerpts(query="water", city=["Lima"], since="2021")
    found = search_excerpts(searcher, asked, BASE)
    assert found.results == []
    assert (
        found.explanation == "no passage is dated 2021 or later; its documents are older or undated"
    )
