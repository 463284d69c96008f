from __future__ import annotations

from pathlib import Path

import pytest

from indexer.chunking import Chunker
from indexer.document import Document, Metadata
from indexer.errors import CorpusError
from indexer.linking import PlaceFinder
from indexer.place import PassagePlace
from indexer.readers.formats import read

pytestmark = pytest.mark.gazetteer

Named = tuple[str, str, str]


def places(folder: Path, name: str, source: str) -> list[list[Named]]:
    """Name, country and role of the places of each passage."""
    (folder / name).write_text(source, encoding="utf-8")
    finder = PlaceFinder()
    found: list[list[Named]] = []
    for document in read(folder / name, name, {}):
        assert isinstance(document, Document)
        chunker = Chunker(lambda texts: [len(text.split()) for text in texts], 40)
        found += map(plain, finder.find(document.metadata, chunker.split(document)))
    return found


def plain(passage: list[PassagePlace]) -> list[Named]:
    return [(p.place.name, p.place.country, p.role) for p in passage]


def test_a_record_s_city_acts_in_each_of_its_passages(tmp_path: Path) -> None:
    record = '{"city": "eThekwini", "country": "South Africa", "response": "Clinics opened at '
    record += 'night, as in Lima.", "challenge": "Nurses were few."}'
    assert places(tmp_path, "a.jsonl", record) == [
        [("Durban", "ZA", "acted"), ("Lima", "PE", "mentioned")],
        [("Durban", "ZA", "acted")],
    ]


def test_a_title_that_is_nothing_but_a_place_says_whose_record_it_is(tmp_path: Path) -> None:
    record = '{"title": "Kabul, Afghanistan", "text": "Schools were closed for a month."}'
    assert places(tmp_path, "a.jsonl", record) == [[("Kabul", "AF", "acted")]]


def test_a_table_s_row_is_its_city_s_whatever_it_names(tmp_path: Path) -> None:
    table = "# Notes\n\n| City | Measures | Challenges |\n|---|---|---|\n"
    table += "| Xian | Tests for all who come from Wuhan. | Sales fell. |\n"
    assert places(tmp_path, "a.md", table) == [
        [("Xi’an", "CN", "acted"), ("Wuhan", "CN", "mentioned")],
        [("Xi’an", "CN", "acted")],
    ]


def test_where_a_place_is_named_is_kept() -> None:
    from indexer.passage import Passage

    text = "Bogotá opened bicycle lanes; Quito’s came later."
    passage = Passage("p", 0, len(text), text, "", 0, (), ())
    (found,) = PlaceFinder().find(Metadata(), [passage])
    assert [(p.place.name, [text[a:b] for a, b in p.spans]) for p in found] == [
        ("Bogotá", ["Bogotá"]),
        ("Quito", ["Quito"]),
    ]


def test_a_broken_cities_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "cities.yaml").write_text("aliases: 7\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"cities\.yaml"):
        list(PlaceFinder(tmp_path / "cities.yaml").find(Metadata(), []))
