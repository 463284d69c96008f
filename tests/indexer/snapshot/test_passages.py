from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.document import Document, Metadata, Place, Quote, Source
from indexer.errors import DamagedError, DocumentError
from indexer.passage import Passage, passage_id
from indexer.snapshot.passages import Hit, Passages, PassageWriter, StoredDocument

ODD = "Cafe\u0301 in Bogotá\r\n\ttwo 🚰 tanks\0\u2028end"

ABOUT = Metadata(
    title="Eau › santé",
    kind="session",
    date="2020-05",
    publisher="Réseau",
    url="https://example.org/a?b=c&d",
    language="fr",
    cities=(Place("Lima", "Peru"), Place("eThekwini", "South Africa", "KwaZulu-Natal")),
    topics=("eau", "santé"),
    sources=(Source("Ville", "Rapport", "https://example.org/r", "2020"), Source("A", "B")),
)


def document(name: str, text: str, metadata: Metadata | None = None) -> Document:
    return Document(name, f"folder/{name}.md", text, (), metadata or Metadata(language="en"))


def passage(name: str, text: str, start: int, end: int) -> Passage:
    excerpt = text[start:end]
    identity = passage_id(name, excerpt, start)
    return Passage(identity, start, end, excerpt, f"Title of {name}", 0, (), ((0, end - start),))


WATER = document("water", ODD, ABOUT)
WATER_PASSAGES = [
    replace(
        passage("water", ODD, 0, 15),
        body=3,
        section=("Eau", "Où? \"ici\" › là"),
        sentences=((0, 4), (5, 15)),
        aspect="challenge",
        page=12,
        place=Place("Bogotá", "Colombia"),
        noise="contact",
        language="fr",
        quotes=(Quote(0, 4, "Ana Rao", "Mayor of “Here”"), Quote(5, 15, "Li Wei")),
    ),
    replace(passage("water", ODD, 15, len(ODD)), language="es"),
]  # fmt: skip
FOOD = document("food", "Baskets came. Markets closed.")
FOOD_PASSAGES = [passage("food", FOOD.text, 0, 13), passage("food", FOOD.text, 14, 29)]
ALL = WATER_PASSAGES + FOOD_PASSAGES

Added = Sequence[tuple[Document, Sequence[Passage]]]
BOTH: Added = [(WATER, WATER_PASSAGES), (FOOD, FOOD_PASSAGES)]


def write(path: Path, added: Added = BOTH) -> PassageWriter:
    writer = PassageWriter(path)
    for one, passages in added:
        writer.add(one, passages)
    writer.close()
    return writer


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


def test_the_digest_is_that_of_the_content_wherever_it_is_written(
    tmp_path: Path, path: Path
) -> None:
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
