from __future__ import annotations

import datetime
import errno
import hashlib
import json
import os
import re
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer import __version__
from indexer.build import build
from indexer.embedding.models import find_model
from indexer.errors import BusyError, CorpusError, ModelError, SnapshotError
from indexer.lexicon import REVISION
from indexer.linking import PlaceFinder
from indexer.report import DocumentReport, Recipe, Report, Steps
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import ModelInfo
from indexer.snapshot.snapshot import full_check, open_snapshot
from tests.conftest import FEWEST_PLACES, BuildTiny

Build = Callable[..., Report]

NOTE = "sessions/durban.md"

RECORDS = "initiatives/records.jsonl"

READ = [
    DocumentReport("lima-bikes", f"{RECORDS}, line 1", 63, 63, 2, 0, ()),
    DocumentReport("quito-food", f"{RECORDS}, line 2", 46, 46, 1, 0, ()),
    DocumentReport("durban-note", NOTE, 281, 281, 4, 1, ()),
]
"""What becomes of each document of the corpus."""


@pytest.fixture
def index(index_copy: IndexFolder) -> Path:
    """An index in which the corpus is published already."""
    return index_copy.root


@pytest.fixture
def first(index: Path) -> str:
    """The id of the snapshot that is published there."""
    return IndexFolder(index).published().manifest.id


@pytest.fixture
def make(index: Path, build_tiny: BuildTiny) -> Build:
    """Build into this index: `make(corpus, keep_going=False)`."""

    def run(corpus: Path, *, keep_going: bool = False) -> Report:
        return build_tiny(corpus, index, keep_going=keep_going)

    return run


@pytest.fixture
def fresh(built: Path, cache: Path, tmp_path: Path) -> Path:
    """A cache with model and gazetteer, which the build of `built` has compiled, and no vector."""
    assert built.is_dir()
    for compiled in ("models", "gazetteers"):
        shutil.copytree(cache / compiled, tmp_path / "fresh" / compiled)
    return tmp_path / "fresh"


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def contents(snapshot: Path) -> dict[str, bytes]:
    """Its files but for the manifest, which says when it was built."""
    return {name: data for name, (data, _) in files(snapshot).items() if name != "manifest.json"}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def texts(index: Path) -> list[str]:
    return [passage.text for passage in open_snapshot(index).passages.all()]


def kept(index: Path) -> set[str]:
    return {path.name for path in (index / "snapshots").iterdir()}


def whole(index: Path) -> str:
    """The id of the published snapshot, of which every byte is right."""
    published = IndexFolder(index).published()
    assert full_check(published) == []
    return published.manifest.id


# What a build says and writes


def test_a_first_build_reports_what_was_done_and_tells_of_each_step(
    corpus: Path, tmp_path: Path, fresh: Path, tiny_model: Path
) -> None:
    told: list[object] = []
    steps = Steps(told.append, lambda done, total: told.append((done, total)))
    report = build(
        Recipe(
            corpus, tmp_path / "new" / "index", fresh, str(tiny_model), smallest_place=FEWEST_PLACES
        ),
        steps,
    )
    assert 0 < report.seconds < 60
    assert report == Report(
        snapshot=whole(tmp_path / "new" / "index"),
        documents=3,
        passages=7,
        embedded=7,
        read=READ,
        seconds=report.seconds,
    )
    assert kept(tmp_path / "new" / "index") == {report.snapshot}
    assert told == ["Preparing model", "Reading", "Embedding", (7, 7), "Writing"]


def test_the_manifest_says_what_was_built_and_how(index: Path, tiny_model: Path) -> None:
    found = open_snapshot(index).manifest
    model = find_model(str(tiny_model))
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(found.built)
    assert datetime.timedelta(0) <= age < datetime.timedelta(hours=1)
    assert found.built.endswith("+00:00")
    assert re.fullmatch("[0-9a-f]{16}", found.id)
    assert (found.format, found.software) == (8, __version__)
    agreement = found.model.agreement
    assert 0.99 < agreement < 1.00001
    assert found.model == ModelInfo(
        str(tiny_model), model.fingerprint, 32, 48, 2, "", "", "int8", agreement
    )
    assert (found.documents, found.passages) == (3, 7)
    assert re.fullmatch("[0-9a-f]{16}", found.parameters.pop("encoder"))
    assert found.parameters == {
        "lexical": {"k1": 1.5, "b": 0.75, "context": 2, "revision": REVISION},
        "languages": ["en"],
        "pieces": {"en": 2.16},
        "passage_tokens": 48,
        "ridge": 0.3,
        "places": PlaceFinder(None, FEWEST_PLACES).revision,
        "questions": None,
        "vectors": "exact",
    }
    assert 0.99999 <= found.parity <= 1.00001


def test_the_manifest_lists_every_file_with_size_and_hash(index: Path) -> None:
    snapshot = open_snapshot(index)
    written = files(snapshot.path)
    del written["manifest.json"]
    listed = {name: (info.size, info.sha256) for name, info in snapshot.manifest.files.items()}
    assert listed == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, (data, _) in written.items()
    }


def test_documents_are_read_in_the_order_of_their_paths(index: Path) -> None:
    ids = open_snapshot(index).passages.document_ids()
    assert list(dict.fromkeys(ids)) == ["lima-bikes", "quito-food", "durban-note"]


def test_what_a_reader_could_not_use_is_a_warning_with_its_file(corpus: Path, make: Build) -> None:
    edit(corpus / NOTE, '"2020-03-25"', "last Wednesday")
    (warning,) = make(corpus).warnings
    assert warning.startswith(f"{NOTE}: ")
    assert "last Wednesday" in warning


def test_one_file_is_a_corpus_too(corpus: Path, index: Path, make: Build) -> None:
    report = make(corpus / "initiatives" / "records.jsonl")
    assert (report.documents, report.passages) == (2, 3)
    assert whole(index) == report.snapshot


COPIED = "Food was in the markets of the city and water in tanks."


def test_what_another_document_says_again_is_counted_and_stored_as_a_copy(
    corpus: Path, index: Path, make: Build
) -> None:
    (corpus / "a.md").write_text(f"# One\n\n{COPIED}\n", encoding="utf-8")
    (corpus / "b.md").write_text(f"# One\n\n{COPIED}\n", encoding="utf-8")
    report = make(corpus)
    assert (report.documents, report.passages, report.copies) == (5, 9, 1)
    assert open_snapshot(index).passages.copies() == {1: 0}


# Building again


def test_an_unchanged_corpus_writes_nothing_and_embeds_nothing(
    corpus: Path, index: Path, make: Build, first: str
) -> None:
    before = files(index / "snapshots"), (index / "current").read_bytes()
    report = make(corpus)
    assert (files(index / "snapshots"), (index / "current").read_bytes()) == before
    assert report == Report(
        first,
        unchanged=True,
        documents=3,
        passages=7,
        embedded=0,
        read=READ,
        seconds=report.seconds,
    )


def test_one_changed_sentence_embeds_one_passage(
    corpus: Path, index: Path, make: Build, first: str
) -> None:
    before = texts(index)
    edit(corpus / NOTE, "moved outdoors", "moved to the harbour")
    report = make(corpus)
    assert (report.documents, report.passages, report.embedded) == (3, 7, 1)
    assert (report.snapshot != first, report.unchanged) == (True, False)
    ((old, new),) = [pair for pair in zip(before, texts(index), strict=True) if len(set(pair)) > 1]
    assert new == old.replace("moved outdoors", "moved to the harbour")


def test_a_changed_document_gives_byte_by_byte_what_a_build_from_nothing_gives(
    corpus: Path, index: Path, make: Build, fresh: Path, tmp_path: Path, tiny_model: Path
) -> None:
    edit(corpus / RECORDS, "Lima painted", "With Bogotá, Lima painted")
    changed = make(corpus)
    recipe = Recipe(corpus, tmp_path / "new", fresh, str(tiny_model), False, FEWEST_PLACES)
    assert (changed.embedded, build(recipe).embedded) == (1, 7)
    snapshots = [folder / "snapshots" / changed.snapshot for folder in (index, tmp_path / "new")]
    assert contents(snapshots[0]) == contents(snapshots[1])


def test_a_changed_publisher_embeds_nothing_and_is_published(
    corpus: Path, index: Path, make: Build, first: str
) -> None:
    edit(corpus / NOTE, "Network of Cities", "Cities Alliance")
    report = make(corpus)
    assert (report.embedded, report.unchanged) == (0, False)
    assert report.snapshot != first
    last = open_snapshot(index).passages.hits([6])[0]
    assert last.document.metadata.publisher == "Cities Alliance"


def test_a_removed_document_is_gone(corpus: Path, index: Path, make: Build) -> None:
    (corpus / NOTE).unlink()
    report = make(corpus)
    assert (report.documents, report.passages, report.embedded) == (2, 3, 0)
    snapshot = open_snapshot(index)
    assert set(snapshot.passages.document_ids()) == {"lima-bikes", "quito-food"}
    assert (len(snapshot.vectors), snapshot.lexical.idf("durban")) == (3, 0.0)


def test_passages_keep_their_ids_while_their_text_is_unchanged(
    corpus: Path, index: Path, make: Build
) -> None:
    before = {passage.id: passage.text for passage in open_snapshot(index).passages.all()}
    edit(corpus / NOTE, "Dr. Tang spoke first.", "Dr. Tang spoke last.")
    make(corpus)
    after = {passage.id: passage.text for passage in open_snapshot(index).passages.all()}
    assert len(before.keys() & after.keys()) == 6
    assert all(before[name] == after[name] for name in before.keys() & after.keys())


@pytest.fixture
def moved_on(corpus: Path, make: Build, first: str) -> str:
    """Publish another corpus and go back to the earlier one; the id of that other snapshot."""
    assert first
    original = (corpus / NOTE).read_bytes()
    edit(corpus / NOTE, "Dr. Tang", "Ms. Tang")
    identity = make(corpus).snapshot
    (corpus / NOTE).write_bytes(original)
    return identity


def test_going_back_builds_the_earlier_snapshot_anew_and_trusts_no_file_of_it(
    corpus: Path, index: Path, make: Build, first: str, moved_on: str
) -> None:
    before = contents(index / "snapshots" / first)
    flip(index / "snapshots" / first / "vectors.faiss")
    back = make(corpus)
    assert (back.snapshot, back.unchanged, back.embedded) == (first, False, 0)
    assert whole(index) == first
    assert kept(index) == {f"{first}.2", moved_on}
    assert contents(index / "snapshots" / f"{first}.2") == before


def test_an_unchanged_build_keeps_the_snapshots_for_rollback(
    corpus: Path, index: Path, make: Build, first: str, moved_on: str
) -> None:
    edit(corpus / NOTE, "Dr. Tang", "Mayor Tang")
    last = make(corpus).snapshot
    assert kept(index) == {first, moved_on, last}
    assert make(corpus).unchanged
    assert kept(index) == {first, moved_on, last}


# The id


def test_the_same_corpus_elsewhere_has_the_same_id(
    corpus: Path, index: Path, fresh: Path, tiny_model: Path, tmp_path: Path, first: str
) -> None:
    copy = shutil.copytree(corpus, tmp_path / "else where" / "a copy")
    other = tmp_path / "another index"
    assert (
        build(Recipe(copy, other, fresh, str(tiny_model), smallest_place=FEWEST_PLACES)).snapshot
        == first
    )
    assert texts(other) == texts(index)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("sessions/durban.md", "Water tanks", "Food tanks"),
        ("initiatives/records.jsonl", '"Peru"', '"Chile"'),
    ],
)
def test_another_corpus_has_another_id(
    corpus: Path, make: Build, first: str, name: str, old: str, new: str
) -> None:
    edit(corpus / name, old, new)
    assert make(corpus).snapshot != first


# What cannot be read

UNREADABLE = {
    "broken.jsonl": b'{"id": "a", "text": "fine and readable"}\n{"id": "b"\n',
    "letters.txt": b"caf\xc3\xa9, ol\xc3\xa9, caf\xe9",  # two encodings in one file
    "map.png": b"\x89PNG",
    "sessions/empty.md": b" \n",
}
NAMED = [
    "broken.jsonl, line 2: no valid JSON: ",
    "letters.txt, line 1: not UTF-8 (byte 0xe9); save the file as UTF-8",
    "map.png: no reader for this format; readable are ",
    "sessions/empty.md: yields no text: the file is empty",
]


@pytest.fixture
def unreadable(corpus: Path) -> Path:
    for name, data in UNREADABLE.items():
        (corpus / name).write_bytes(data)
    return corpus


def test_what_cannot_be_read_fails_the_build_and_is_named(
    unreadable: Path, index: Path, make: Build, first: str
) -> None:
    with pytest.raises(CorpusError, match="cannot be read; mend or remove them") as caught:
        make(unreadable)
    head, *lines = str(caught.value).split("\n")
    assert head == (
        "4 documents cannot be read; mend or remove them, or leave them out with --keep-going:"
    )
    for line, name in zip(lines, NAMED, strict=True):
        assert line.startswith(f"  {name}")
    assert whole(index) == first


def test_keep_going_leaves_out_what_cannot_be_read_and_says_so_each_time(
    unreadable: Path, index: Path, make: Build
) -> None:
    for unchanged in (False, True):
        report = make(unreadable, keep_going=True)
        assert (report.documents, report.passages, report.unchanged) == (4, 8, unchanged)
        for line, name in zip(report.skipped, NAMED, strict=True):
            assert line.startswith(name)
    assert "fine and readable" in texts(index)


def test_one_unreadable_document_is_no_plural(corpus: Path, make: Build) -> None:
    (corpus / "map.png").write_bytes(b"")
    with pytest.raises(
        CorpusError, match=r"^1 document cannot be read; .+:\n  map\.png: no reader"
    ):
        make(corpus)


def test_of_very_many_unreadable_documents_twenty_are_named(corpus: Path, make: Build) -> None:
    for number in range(25):
        (corpus / f"{number:02}.png").write_bytes(b"")
    with pytest.raises(CorpusError, match=r"^25 documents cannot be read") as caught:
        make(corpus)
    lines = str(caught.value).split("\n")[1:]
    assert [line[2:8] for line in lines[:20]] == [f"{number:02}.png" for number in range(20)]
    assert lines[20:] == ["  and 5 more"]


def test_a_taken_id_names_both_files(corpus: Path, index: Path, make: Build) -> None:
    shutil.copy(corpus / NOTE, corpus / "sessions" / "twin.md")
    edit(corpus / "initiatives" / "records.jsonl", "quito-food", "lima-bikes")
    own = "give each document an id of its own"
    named = [
        "initiatives/records.jsonl, line 2: id 'lima-bikes' is already that of "
        f"initiatives/records.jsonl, line 1; {own}",
        f"sessions/twin.md: id 'durban-note' is already that of sessions/durban.md; {own}",
    ]
    with pytest.raises(CorpusError, match="2 documents cannot be read") as caught:
        make(corpus)
    assert str(caught.value).split("\n  ")[1:] == named
    report = make(corpus, keep_going=True)
    assert (report.documents, report.passages, report.skipped) == (2, 6, named)
    assert whole(index) == report.snapshot


@pytest.mark.parametrize(
    "line",
    [
        r'{"id": "half", "text": "Half of a pair: \ud83d."}',
        r'{"id": "half", "publisher": "\ud83d", "text": "Half of a pair."}',
        r'{"id": "half\ud83d", "text": "Half of a pair."}',
    ],
    ids=["text", "publisher", "id"],
)
def test_half_a_character_is_read_or_named_and_hurts_no_other_document(
    corpus: Path, index: Path, make: Build, line: str
) -> None:
    (corpus / "half.jsonl").write_text(line + "\n", encoding="utf-8")
    report = make(corpus, keep_going=True)
    assert report.documents + len(report.skipped) == 4
    assert all(name.startswith("half.jsonl, line 1: ") for name in report.skipped)
    assert whole(index) == report.snapshot


def test_no_corpus_makes_no_index(tmp_path: Path, build_tiny: BuildTiny) -> None:
    wanted = "absent: no such folder; name the folder that holds the documents"
    with pytest.raises(CorpusError, match=wanted):
        build_tiny(tmp_path / "absent", tmp_path / "new")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="empty: no documents in this folder; put files in it"):
        build_tiny(tmp_path / "empty", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_corpus_of_which_nothing_can_be_read_leaves_the_old_index(
    tmp_path: Path, index: Path, make: Build, first: str
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "map.png").write_bytes(b"")
    with pytest.raises(CorpusError, match="bad: nothing readable in this folder"):
        make(tmp_path / "bad", keep_going=True)
    assert whole(index) == first


# Damage


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def digit(path: Path) -> None:
    edit(path, '"max_tokens": 48', '"max_tokens": 49')


def rename(path: Path) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    edit(path, f'"id": "{raw["id"]}"', f'"id": "{raw["id"][:-1]}x"')


DAMAGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "vectors flipped": ("vectors.faiss", flip),
    "encoder missing": ("encoder/model.onnx", Path.unlink),
    "manifest missing": ("manifest.json", Path.unlink),
    "a digit in the manifest": ("manifest.json", digit),
    "another id in the manifest": ("manifest.json", rename),
}


@pytest.mark.parametrize(("name", "damage"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_index_is_built_anew(
    corpus: Path,
    index: Path,
    make: Build,
    first: str,
    name: str,
    damage: Callable[[Path], object],
) -> None:
    before = open_snapshot(index).manifest
    damage(index / "snapshots" / first / name)
    report = make(corpus)
    assert (report.snapshot, report.unchanged, report.embedded) == (first, False, 0)
    assert whole(index) == first
    assert open_snapshot(index).manifest.model == before.model
    assert kept(index) == {f"{first}.2"}


@pytest.mark.parametrize(
    "pointer",
    [b"", b'{"snapshot": "x", "manifest_sha256": ""}', b"\xff\xfe"],
    ids=["empty", "another folder", "no text"],
)
def test_behind_a_damaged_pointer_the_index_is_built_anew(
    corpus: Path, index: Path, make: Build, first: str, pointer: bytes
) -> None:
    (index / "current").write_bytes(pointer)
    report = make(corpus)
    assert (report.snapshot, report.unchanged, report.embedded) == (first, False, 0)
    assert whole(index) == first
    assert kept(index) == {f"{first}.2"}


# What the machine does


def test_a_second_build_is_turned_away_and_disturbs_nothing(
    corpus: Path, index: Path, make: Build
) -> None:
    with IndexFolder(index).lock():
        (index / "snapshots" / ".building").mkdir()
        before = files(index)
        with pytest.raises(BusyError, match="index: another build is writing this index; wait"):
            make(corpus)
        assert (index / "snapshots" / ".building").is_dir()
        assert files(index) == before


@pytest.mark.parametrize(
    ("owner", "call", "number"),
    [
        (os, "fsync", errno.ENOSPC),
        (Path, "rename", errno.ENOSPC),
        (Path, "mkdir", errno.EROFS),
    ],
)
def test_a_disk_that_fails_leaves_the_old_index(
    corpus: Path,
    index: Path,
    make: Build,
    first: str,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    call: str,
    number: int,
) -> None:
    edit(corpus / NOTE, "Dr. Tang", "Ms. Tang")

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(owner, call, fail)
        wanted = (
            rf"{index} or .+: cannot be read or written \(.*{os.strerror(number)}\); "
            "mend that and build again; what was published before is whole"
        )
        with pytest.raises(SnapshotError, match=wanted):
            make(corpus)
    assert whole(index) == first
    report = make(corpus)
    assert whole(index) == report.snapshot != first


def test_a_build_that_fails_leaves_nothing_half_made_behind(
    unreadable: Path, index: Path, make: Build, first: str
) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        make(unreadable)
    assert kept(index) == {first}


def test_an_index_that_is_a_file_is_told(
    corpus: Path, tmp_path: Path, build_tiny: BuildTiny
) -> None:
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    with pytest.raises(
        SnapshotError, match=r"file or .+: cannot be read or written \(.*Not a directory"
    ):
        build_tiny(corpus, tmp_path / "file")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "a file"


def test_a_cache_that_cannot_be_written_is_named(
    corpus: Path, tmp_path: Path, tiny_model: Path
) -> None:
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    recipe = Recipe(
        corpus, tmp_path / "new", tmp_path / "file", str(tiny_model), smallest_place=FEWEST_PLACES
    )
    with pytest.raises(SnapshotError, match=rf"cannot be read or written \(.*{tmp_path / 'file'}"):
        build(recipe)


# The model


def test_vectors_that_the_question_encoder_does_not_share_are_not_published(
    corpus: Path, index: Path, fresh: Path, tiny_model: Path, tmp_path: Path, first: str
) -> None:
    recipe = Recipe(corpus, index, fresh, str(tiny_model), smallest_place=FEWEST_PLACES)
    build(replace(recipe, index=tmp_path / "another index"))
    (path,) = fresh.glob("embedded-*.sqlite")
    with closing(sqlite3.connect(path)) as db, db:
        query = "SELECT key, vector, bits, starts FROM vectors"
        for key, vector, bits, starts in db.execute(query).fetchall():
            data = np.roll(np.frombuffer(vector, dtype="<f4"), 1).tobytes()
            values = (zlib.crc32(data + bits + starts), data, key)
            db.execute("UPDATE vectors SET checksum = ?, vector = ? WHERE key = ?", values)
    edit(corpus / NOTE, "Network of Cities", "Cities Alliance")
    with pytest.raises(ModelError, match="the compiled encoder differs from what embedded"):
        build(recipe)
    assert whole(index) == first


def test_an_unknown_model_leaves_the_old_index(
    corpus: Path, index: Path, cache: Path, first: str
) -> None:
    with pytest.raises(ModelError, match="model 'no/such': no folder of this name"):
        build(Recipe(corpus, index, cache, "no/such"))
    assert whole(index) == first
