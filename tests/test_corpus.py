from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from indexer.chunking import Chunker
from indexer.corpus import read_corpus
from indexer.document import Document
from indexer.errors import DocumentError
from tests.conftest import ROOT

CORPUS = ROOT / "corpus"
NOTES = sorted((CORPUS / "sessions").glob("*.md"))
RECORD_FILES = sorted(set((CORPUS / "initiatives").glob("*.yaml")) - set(
    (CORPUS / "initiatives").glob("metadata.yaml")))  # fmt: skip

NOTE_KEYS = {"id", "title", "kind", "series", "organisers", "topics", "cities", "sources"}
NOTE_MAY = {"date", "partners"}
RECORD_KEYS = {"id", "title", "city", "country", "topics", "description", "sources"}
RECORD_MAY = {"date", "region", "challenge", "response"}
SOURCE_KEYS = {"publisher", "title"}
SOURCE_MAY = {"url", "date", "note"}
LISTS = {"organisers", "partners", "topics"}


def front_matter(path: Path) -> dict[str, Any]:
    _, front, _ = path.read_text(encoding="utf-8").split("---\n", 2)
    return dict(yaml.safe_load(front))


@pytest.fixture(scope="module")
def notes() -> dict[str, dict[str, Any]]:
    """Front matter of the session notes, by file name."""
    return {path.name: front_matter(path) for path in NOTES}


@pytest.fixture(scope="module")
def records() -> list[tuple[str, dict[str, Any]]]:
    """The initiatives, each with the name of its file."""
    return [
        (path.name, record)
        for path in RECORD_FILES
        for record in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    ]


@pytest.fixture(scope="module")
def outcomes() -> list[Document | DocumentError]:
    return list(read_corpus(CORPUS))


@pytest.fixture(scope="module")
def documents(outcomes: list[Document | DocumentError]) -> list[Document]:
    return [outcome for outcome in outcomes if isinstance(outcome, Document)]


def slips(entry: Mapping[str, Any], must: set[str], may: set[str]) -> Iterator[str]:
    """What is wrong with the names and values of an entry."""
    yield from (f"lacks {name}" for name in sorted(must - entry.keys()))
    yield from (f"unknown {name}" for name in sorted(entry.keys() - must - may))
    for name, value in entry.items():
        if name in LISTS:
            if not value or not all(isinstance(item, str) and item.strip() for item in value):
                yield f"{name} is no list of words"
        elif name == "date":
            if not is_iso(value):
                yield f"date {value!r} is not a quoted YYYY, YYYY-MM or YYYY-MM-DD"
        elif name not in ("cities", "sources") and not (isinstance(value, str) and value.strip()):
            yield f"{name} is no text"


def is_iso(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value):
        return False
    year, month, day = [*map(int, value.split("-")), 1, 1][:3]
    return year >= 2000 and month in range(1, 13) and is_day(year, month, day)


def is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def source_slips(sources: list[dict[str, Any]]) -> Iterator[str]:
    for source in sources:
        yield from (f"source: {slip}" for slip in slips(source, SOURCE_KEYS, SOURCE_MAY))
        url = source.get("url")
        if url is None and not source.get("note"):
            yield f"source {source['title']!r} has neither url nor note"
        if url is not None and not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(/\S*)?", url):
            yield f"source {source['title']!r} has no web address: {url}"
    if not any(source.get("url") for source in sources):
        yield "no source has a url"
    urls = Counter(source["url"] for source in sources if source.get("url"))
    yield from (f"source twice: {url}" for url, count in urls.items() if count > 1)


def test_the_notes_keep_to_their_form(notes: dict[str, dict[str, Any]]) -> None:
    wrong = [
        f"{name}: {slip}"
        for name, note in notes.items()
        for slip in (*slips(note, NOTE_KEYS, NOTE_MAY), *source_slips(note["sources"]))
    ]
    assert wrong == []
    assert {note["kind"] for note in notes.values()} == {"session"}
    assert [note["id"] for note in notes.values()] == [path.stem for path in NOTES]


def test_the_cities_of_a_note_have_name_and_country(notes: dict[str, dict[str, Any]]) -> None:
    wrong = [
        f"{name}: {city}"
        for name, note in notes.items()
        for city in note["cities"]
        if list(slips(city, {"name", "country"}, {"region"}))
    ]
    assert wrong == []


def test_the_initiatives_keep_to_their_form(records: list[tuple[str, dict[str, Any]]]) -> None:
    wrong = [
        f"{name}, {record.get('id')}: {slip}"
        for name, record in records
        for slip in (*slips(record, RECORD_KEYS, RECORD_MAY), *source_slips(record["sources"]))
    ]
    assert wrong == []


def city_names(city: str) -> list[str]:
    return [city, *re.findall(r"\w{4,}", city)]


def test_each_part_of_an_initiative_names_its_city(
    records: list[tuple[str, dict[str, Any]]],
) -> None:
    # Each part is found and read alone; a metropolitan body may go by its city's name ("Lyon").
    wrong = [
        f"{record['id']}: {part}"
        for _, record in records
        for part in ("description", "challenge", "response")
        if part in record and not any(name in record[part] for name in city_names(record["city"]))
    ]
    assert wrong == []


def test_no_id_is_given_twice(
    notes: dict[str, dict[str, Any]], records: list[tuple[str, dict[str, Any]]]
) -> None:
    ids = [note["id"] for note in notes.values()] + [record["id"] for _, record in records]
    assert [identity for identity, count in Counter(ids).items() if count > 1] == []
    assert [
        identity for identity in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identity)
    ] == []


def table_lines(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]


def test_tables_tell_responses_and_challenges_by_city(notes: dict[str, dict[str, Any]]) -> None:
    wrong = []
    with_tables = [path for path in NOTES if table_lines(path)]
    for path in with_tables:
        header, _, *rows = table_lines(path)
        named = {city["name"] for city in notes[path.name]["cities"]}
        if header != ["City", "Responses", "Challenges"]:
            wrong.append(f"{path.name}: header {header}")
        wrong += [f"{path.name}: {row}" for row in rows if len(row) != 3 or not all(row)]
        wrong += [
            f"{path.name}: {row[0]} is not in `cities`" for row in rows if row[0] not in named
        ]
        wrong += [f"{path.name}: {row[0]} says nothing" for row in rows if row[1:] == ["–", "–"]]
    assert wrong == []
    assert len(with_tables) >= 8


def test_every_document_is_read_without_error_or_warning(
    outcomes: list[Document | DocumentError], documents: list[Document]
) -> None:
    assert [str(outcome) for outcome in outcomes if isinstance(outcome, DocumentError)] == []
    assert [(d.origin, warning) for d in documents for warning in d.warnings] == []
    kinds = Counter(document.metadata.kind for document in documents)
    assert kinds.keys() == {"session", "initiative"}
    assert kinds["session"] >= 45
    assert kinds["initiative"] >= 160


def test_what_is_written_is_what_is_read(
    notes: dict[str, dict[str, Any]],
    records: list[tuple[str, dict[str, Any]]],
    documents: list[Document],
) -> None:
    entries = [*notes.values(), *(record for _, record in records)]
    read = {document.id: document for document in documents}
    assert read.keys() == {entry["id"] for entry in entries}
    for entry in entries:
        metadata = read[entry["id"]].metadata
        assert (metadata.title, metadata.date) == (entry["title"], entry.get("date"))
        assert (metadata.language, metadata.topics) == ("en", tuple(entry["topics"]))
        assert [source.url for source in metadata.sources] == [
            source.get("url") for source in entry["sources"]
        ]
        places = entry.get("cities", [{"name": entry.get("city"), "country": entry.get("country")}])
        assert [(place.name, place.country) for place in metadata.cities] == [
            (place["name"], place["country"]) for place in places
        ]


def test_challenges_and_responses_are_found_as_such(
    records: list[tuple[str, dict[str, Any]]], documents: list[Document]
) -> None:
    read = {document.id: document for document in documents}
    for _, record in records:
        document = read[record["id"]]
        told = {
            aspect: [document.text[b.start : b.end] for b in document.blocks if b.aspect == aspect]
            for aspect in ("challenge", "response")
        }
        assert told == {
            aspect: [" ".join(record[aspect].split())] if aspect in record else []
            for aspect in ("challenge", "response")
        }


def test_each_cell_of_a_table_becomes_a_passage_about_its_city(documents: list[Document]) -> None:
    chunker = Chunker(lambda texts: [len(text.split()) for text in texts], 200)
    found = Counter(
        (document.path, passage.place.name, passage.aspect, passage.text[passage.body :])
        for document in documents
        for passage in chunker.split(document)
        if passage.place
    )
    assert found == Counter(
        (path.relative_to(CORPUS).as_posix(), city, aspect, text)
        for path in NOTES
        for city, response, challenge in table_lines(path)[2:]
        for aspect, text in pieces(city, response, challenge)
    )


def pieces(city: str, response: str, challenge: str) -> list[tuple[str, str]]:
    """What a row is parted into; a dash says nothing, and stays with what is beside it."""
    if "–" in (response, challenge):
        aspect = "response" if challenge == "–" else "challenge"
        return [(aspect, f"{city}\t{response}\t{challenge}")]
    return [("response", f"{city}\t{response}"), ("challenge", challenge)]
