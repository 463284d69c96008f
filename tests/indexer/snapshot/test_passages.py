from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.errors import DamagedError
from indexer.passage import Passage
from indexer.snapshot.passages import Hit, Passages, StoredDocument
from tests.indexer.snapshot.samples import ABOUT, ALL, BOTH, FOOD, WATER, WATER_PASSAGES, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path / "passages.sqlite")
    return tmp_path / "passages.sqlite"


def test_passages_come_back_as_they_were_in_the_order_of_their_adding(path: Path) -> None:
    store = Passages(path)
    assert list(store.all()) == ALL
    store.close()


def test_a_hit_brings_its_document_with_everything_known_of_it(path: Path) -> None:
    store = Passages(path)
    stored = StoredDocument("water", "folder/water.md", WATER.sha256, ABOUT)
    assert store.hits([0]) == [Hit(0, WATER_PASSAGES[0], stored)]
    store.close()


@pytest.mark.parametrize("rows", [[], [3, 0, 2], [1, 1, 0, 1]])
def test_hits_keep_the_order_asked_for(path: Path, rows: list[int]) -> None:
    store = Passages(path)
    hits = store.hits(rows)
    assert [hit.row for hit in hits] == rows
    assert [hit.passage for hit in hits] == [ALL[row] for row in rows]
    assert [hit.document.id for hit in hits] == [["water", "food"][row // 2] for row in rows]
    store.close()


def test_titles_come_in_the_order_of_the_passages_asked_for(path: Path) -> None:
    store = Passages(path)
    expected = [hit.document.metadata.title for hit in store.hits([2, 0])]
    assert store.titles([2, 0]) == expected
    assert store.titles([]) == []


def test_a_passage_is_found_by_its_id_with_its_neighbours_in_its_document(path: Path) -> None:
    store = Passages(path)
    hits = store.hits([0, 1, 2, 3])
    assert [store.find(each.passage.id) for each in hits] == hits
    assert store.find("nobody") is None
    assert store.around(hits[1], 2) == ([hits[0]], [])
    assert store.around(hits[2], 2) == ([], [hits[3]])
    assert store.around(hits[2], 0) == ([], [])
    store.close()


def test_documents_are_found_by_id_hash_span_and_words(path: Path) -> None:
    store = Passages(path)
    assert (store.text("food"), store.text("nobody")) == (FOOD.text, "")
    assert (store.hash_of("food"), store.hash_of("nobody")) == (FOOD.sha256, None)
    assert (store.with_hash(WATER.sha256), store.with_hash("0" * 64)) == (["water"], [])
    assert list(store.containing("closed")) == [("food", FOOD.text)]
    assert list(store.containing("nowhere")) == []
    rows = {(12, 15): [2, 3], (13, 14): [], (0, 1): [2], (28, 40): [3], (29, 40): []}
    for span, expected in rows.items():
        assert [hit.row for hit in store.overlapping("food", *span)] == expected, span
    store.close()


def test_documents_and_languages_are_told_by_row(path: Path) -> None:
    store = Passages(path)
    assert store.document_ids() == ["water", "water", "food", "food"]
    columns = list(store.columns())
    assert [(document, language) for document, language, *_ in columns] == [
        (0, "fr"),
        (0, "es"),
        (1, "en"),
        (1, "en"),
    ]
    store.close()


def test_texts_bring_each_document_with_its_own_passages(path: Path) -> None:
    store = Passages(path)
    assert list(store.texts()) == [
        (one.id, one.sha256, one.text, [(p.id, p.start, p.end, p.text) for p in held])
        for one, held in BOTH
    ]
    store.close()


def test_reading_leaves_nothing_beside_the_file_and_changes_no_byte(path: Path) -> None:
    before = path.read_bytes()
    store = Passages(path)
    store.hits([0, 1, 2, 3])
    assert [file.name for file in path.parent.iterdir()] == ["passages.sqlite"]
    store.close()
    assert path.read_bytes() == before


def test_a_path_may_hold_what_means_something_in_an_address(tmp_path: Path) -> None:
    folder = tmp_path / "50% of? #cities é"
    folder.mkdir()
    write(folder / "passages.sqlite")
    store = Passages(folder / "passages.sqlite")
    assert store.document_ids() == ["water", "water", "food", "food"]
    store.close()


def test_many_threads_may_ask_one_store(path: Path) -> None:
    store = Passages(path)

    def ask(number: int) -> list[Passage]:
        return [hit.passage for hit in store.hits([number % 4, (number + 1) % 4])]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(200)))
    assert answers == [[ALL[n % 4], ALL[(n + 1) % 4]] for n in range(200)]
    store.close()


@pytest.mark.parametrize("length", [0, 100, 5000])
def test_a_file_that_is_no_store_any_more_is_named(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    store = Passages(path)
    with pytest.raises(DamagedError, match=r"passages\.sqlite: cannot be read \(.+\); rebuild the"):
        store.hits([0, 1, 2, 3])
    store.close()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match=r"absent\.sqlite: cannot be read"):
        list(Passages(tmp_path / "absent.sqlite").all())
    assert list(tmp_path.iterdir()) == []


def test_a_page_of_garbage_is_named(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    store = Passages(path)
    with pytest.raises(DamagedError, match=r"passages\.sqlite: cannot be read"):
        list(store.all())
    store.close()
