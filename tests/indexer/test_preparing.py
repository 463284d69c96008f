from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from indexer.chunking import Chunker
from indexer.errors import DocumentError
from indexer.kept import Kept
from indexer.linking import PlaceFinder
from indexer.preparing import Prepared, Preparer
from tests.conftest import FEWEST_PLACES

PROGRAM = "p" * 64
MEASURE = "words 40"


@pytest.fixture(scope="module")
def finder(cache: Path) -> PlaceFinder:
    return PlaceFinder(None, FEWEST_PLACES, cache)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "read"


def prepared(
    corpus: Path, folder: Path, finder: PlaceFinder, measure: str = MEASURE
) -> list[Prepared | DocumentError]:
    chunker = Chunker(lambda texts: [len(text.split()) for text in texts], 40)
    with Kept(folder, PROGRAM) as kept:
        return list(Preparer(chunker, measure, finder, kept).prepare(corpus))


def entries(folder: Path) -> int:
    (path,) = folder.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM kept").fetchone()[0])


def test_what_is_kept_is_what_was_read(corpus: Path, folder: Path, finder: PlaceFinder) -> None:
    first = prepared(corpus, folder, finder)
    assert [len(each.passages) for each in first if isinstance(each, Prepared)] == [2, 1, 4]
    assert entries(folder) == 2 + 3  # files, and documents in them
    again = prepared(corpus, folder, finder)
    assert again == first
    assert [str(each.places) for each in again if isinstance(each, Prepared)] == [
        str(each.places) for each in first if isinstance(each, Prepared)
    ]
    assert entries(folder) == 5


def test_of_a_changed_file_only_the_changed_document_is_split_anew(
    corpus: Path, folder: Path, finder: PlaceFinder
) -> None:
    first = prepared(corpus, folder, finder)
    records = corpus / "initiatives" / "records.jsonl"
    records.write_text(records.read_text("utf-8").replace("traffic", "lorries"), "utf-8")
    again = prepared(corpus, folder, finder)
    assert [one == other for one, other in zip(first, again, strict=True)] == [False, True, True]
    assert entries(folder) == 5 + 2


def test_another_measure_splits_anew_and_reads_nothing(
    corpus: Path, folder: Path, finder: PlaceFinder
) -> None:
    prepared(corpus, folder, finder)
    prepared(corpus, folder, finder, "words 50")
    assert entries(folder) == 5 + 3


def test_what_metadata_say_of_a_file_is_part_of_it(
    corpus: Path, folder: Path, finder: PlaceFinder
) -> None:
    prepared(corpus, folder, finder)
    said = "defaults: {publisher: Somebody}\n"
    (corpus / "initiatives" / "metadata.yaml").write_text(said, "utf-8")
    found = prepared(corpus, folder, finder)
    assert [each.document.metadata.publisher for each in found if isinstance(each, Prepared)] == [
        "Somebody",
        "Somebody",
        "Network of Cities",
    ]


def test_a_file_with_a_fault_in_it_is_read_each_time(
    corpus: Path, folder: Path, finder: PlaceFinder
) -> None:
    with (corpus / "initiatives" / "records.jsonl").open("a", encoding="utf-8") as file:
        file.write("{no record\n")
    first = prepared(corpus, folder, finder)
    assert [isinstance(each, DocumentError) for each in first] == [False, False, True, False]
    assert entries(folder) == 1 + 3
    assert prepared(corpus, folder, finder) == first
