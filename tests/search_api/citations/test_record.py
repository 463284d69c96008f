from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from indexer.errors import NotHeldError
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.source import FolderSource
from search_api.citations.context import read_passage
from search_api.citations.kept import kept_passages
from search_api.citations.record import Locator, Reading, cite_hit, cite_result
from search_api.citations.selection import cite_passages
from search_api.engine.searcher import Searcher

READING = Reading("27da3ac867100f5c", date(2026, 11, 5), "https://search.example.org")
QUITO = "Food baskets Quito carried food baskets to families in quarantine."


def test_a_passage_is_cited_with_all_that_is_known_of_it(snapshot: Snapshot) -> None:
    hit = next(hit for hit in snapshot.passages.hits(range(7)) if hit.document.id == "durban-note")
    cited = cite_hit(hit, snapshot.passages, READING)
    text = snapshot.passages.text("durban-note")
    assert text[cited.start : cited.end] == cited.quote
    assert (cited.title, cited.kind, cited.publisher) == (
        "Notes from Durban", "session", "Network of Cities",
    )  # fmt: skip
    assert (cited.date, cited.url) == ("2020-03-25", "https://example.org/durban")
    assert cited.permalink == f"https://search.example.org/documents/durban-note#p-{cited.passage}"
    assert cited.link is not None
    assert cited.link.startswith("https://example.org/durban#:~:text=")
    assert (cited.snapshot, cited.accessed) == (READING.snapshot, READING.accessed)
    assert cited.sha256 == hit.document.sha256


def test_an_excerpt_of_an_answer_is_cited_as_its_passage_is(searcher: Searcher) -> None:
    passages = searcher.snapshot.passages
    for result in searcher.ask("water", 7).results:
        hit = passages.find(result.passage_id)
        assert hit is not None
        whole = cite_hit(hit, passages, READING).plain()
        found = cite_result(result, READING).plain()
        apart = {name for name in whole if whole[name] != found[name]}
        assert apart <= {"link", "locator"}  # the marked sentence; the paragraph is not known
        assert ("locator" in apart) == (not result.section)


def test_where_there_is_no_section_the_paragraph_is_counted(snapshot: Snapshot) -> None:
    hits = [hit for hit in snapshot.passages.hits(range(7)) if not hit.passage.section]
    locators = [cite_hit(hit, snapshot.passages, READING).locator for hit in hits]
    assert Locator("paragraph", "1") in locators
    for hit, locator in zip(hits, locators, strict=True):
        paragraphs = snapshot.passages.text(hit.document.id).split("\n\n")
        assert locator is not None
        first = hit.passage.text.split("\n\n")[0]
        assert paragraphs[int(locator.value) - 1].endswith(first.strip())


def test_a_selection_is_cited_once_each_and_what_is_not_held_is_named(snapshot: Snapshot) -> None:
    one, two = [hit.passage.id for hit in snapshot.passages.hits([3, 0])]
    found, unknown = cite_passages([one, "nobody", two, one], snapshot.passages, READING)
    assert [each.passage for each in found] == [one, two]
    assert unknown == ["nobody"]


def test_a_passage_is_read_with_its_neighbours_in_its_own_document(snapshot: Snapshot) -> None:
    hits = snapshot.passages.hits(range(7))
    for hit in hits:
        alike = [each for each in hits if each.document.id == hit.document.id]
        place = alike.index(hit)
        found = read_passage(hit, snapshot.passages, READING, 1)
        assert [each.passage_id for each in found.before] == [
            each.passage.id for each in alike[max(place - 1, 0) : place]
        ]
        assert [each.passage_id for each in found.after] == [
            each.passage.id for each in alike[place + 1 : place + 2]
        ]
        assert found.text == hit.passage.text
    assert read_passage(hits[1], snapshot.passages, READING).before == []


def test_kept_passages_are_those_of_the_snapshot_that_is_named(built: Path) -> None:
    identity = IndexFolder(built).published().manifest.id
    with kept_passages(FolderSource(built)) as (passages, name):
        assert (name, len(passages.document_ids())) == (identity, 7)
    with kept_passages(FolderSource(built), identity) as (passages, name):
        assert (name, len(passages.document_ids())) == (identity, 7)
    said = f"^snapshot 27da3ac867100f5c is not kept; kept are: {identity}$"
    with (
        pytest.raises(NotHeldError, match=said),
        kept_passages(FolderSource(built), READING.snapshot),
    ):
        pass
