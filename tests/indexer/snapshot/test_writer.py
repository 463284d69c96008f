from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.document import Metadata
from indexer.errors import DocumentError
from indexer.snapshot.passages import Passages
from indexer.snapshot.writer import PassageWriter
from tests.indexer.snapshot.samples import (
    ABOUT,
    ALL,
    BOTH,
    FOOD,
    FOOD_PASSAGES,
    ODD,
    WATER,
    WATER_PASSAGES,
    Added,
    document,
    passage,
    write,
)


def test_a_writer_counts_documents_passages_and_languages(tmp_path: Path) -> None:
    bare = document("bare", "Nothing to embed", Metadata(language="de"))
    writer = write(tmp_path / "file", [(bare, []), *BOTH])
    assert (writer.documents, writer.passages) == (3, 4)
    assert writer.languages == {"en", "es", "fr"}  # of what is embedded
    store = Passages(tmp_path / "file")
    assert next(store.texts()) == ("bare", bare.sha256, "Nothing to embed", [])
    assert store.document_ids()[0] == "water"
    store.close()


def test_copies_and_boilerplate_are_noted_and_a_noise_known_already_stays(tmp_path: Path) -> None:
    writer = PassageWriter(tmp_path / "file")
    for one, passages in BOTH:
        writer.add(one, passages)
    assert list(writer.texts()) == [
        (number, p.text) for number, (_, held) in enumerate(BOTH) for p in held
    ]
    writer.add_copies({3: 0, 2: 1}, [0, 3])
    writer.close()
    store = Passages(tmp_path / "file")
    assert store.copies() == {2: 1, 3: 0}
    assert [row for row, column in enumerate(store.columns()) if column[3]] == [0, 3]
    assert [p.noise for p in store.all()] == ["contact", None, None, "boilerplate"]
    store.close()


def test_a_taken_id_names_both_files_and_adds_nothing(tmp_path: Path) -> None:
    writer = PassageWriter(tmp_path / "file")
    writer.add(WATER, WATER_PASSAGES)
    twin = replace(FOOD, id="water", place="line 7")
    wanted = (
        r"^folder/food\.md, line 7: id 'water' is already that of folder/water\.md; "
        "give each document an id of its own$"
    )
    with pytest.raises(DocumentError, match=wanted):
        writer.add(twin, FOOD_PASSAGES)
    writer.close()
    assert (writer.documents, writer.passages) == (1, 2)
    store = Passages(tmp_path / "file")
    assert list(store.all()) == WATER_PASSAGES
    store.close()


def test_the_digest_is_that_of_the_content_wherever_it_is_written(tmp_path: Path) -> None:
    assert write(tmp_path / "again").digest == write(tmp_path / "elsewhere").digest


CHANGES: dict[str, Added] = {
    "order": BOTH[::-1],
    "a document less": BOTH[:1],
    "a passage less": [(WATER, WATER_PASSAGES), (FOOD, FOOD_PASSAGES[:1])],
    "a passage to another document": [(WATER, ALL[:3]), (FOOD, ALL[3:])],
    "a letter": [(WATER, WATER_PASSAGES), (replace(FOOD, text=f"{FOOD.text}!"), FOOD_PASSAGES)],
    "the form of an accent": [
        (replace(WATER, text=ODD.replace("e\u0301", "é")), WATER_PASSAGES),
        (FOOD, FOOD_PASSAGES),
    ],
    "a date": [(replace(WATER, metadata=replace(ABOUT, date="2021")), ALL[:2]), BOTH[1]],
    "a country": [(replace(WATER, metadata=replace(ABOUT, cities=())), ALL[:2]), BOTH[1]],
    "a path": [(replace(WATER, path="folder/moved.md"), ALL[:2]), BOTH[1]],
    "a heading": [(WATER, [replace(ALL[0], section=("Eau",)), ALL[1]]), BOTH[1]],
    "a sentence": [(WATER, [replace(ALL[0], sentences=((0, 15),)), ALL[1]]), BOTH[1]],
    "an aspect": [(WATER, [replace(ALL[0], aspect=None), ALL[1]]), BOTH[1]],
    "a page": [(WATER, [replace(ALL[0], page=13), ALL[1]]), BOTH[1]],
    "a context": [(WATER, [replace(ALL[0], context=""), ALL[1]]), BOTH[1]],
}


@pytest.mark.parametrize("added", CHANGES.values(), ids=CHANGES)
def test_the_digest_changes_with(tmp_path: Path, added: Added) -> None:
    assert write(tmp_path / "changed", added).digest != write(tmp_path / "file").digest


@settings(max_examples=20)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_any_text_comes_back_character_by_character(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "passages.sqlite"
        added = [
            (document(f"d{n}", text), [passage(f"d{n}", text, 0, len(text))])
            for n, text in enumerate(texts)
        ]
        write(path, added)
        store = Passages(path)
        assert [text for _, _, text, _ in store.texts()] == texts
        assert [hit.passage.text for hit in store.hits(range(len(texts)))] == texts
        store.close()
