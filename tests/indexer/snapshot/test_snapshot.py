from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import DamagedError, NoSnapshotError
from indexer.snapshot.folder import IndexFolder, Published
from indexer.snapshot.manifest import PASSAGES, VECTORS, file_info
from indexer.snapshot.snapshot import Snapshot, full_check, open_snapshot, quick_check
from tests.conftest import SNAPSHOT_FILES


def test_a_snapshot_holds_what_its_manifest_says(snapshot: Snapshot) -> None:
    held = len(list(snapshot.passages.all())), len(snapshot.vectors)
    assert held == (snapshot.manifest.passages, snapshot.manifest.passages) == (7, 7)
    assert len(set(snapshot.passages.document_ids())) == snapshot.manifest.documents == 3
    assert snapshot.lexical.scores(["water"]).shape == (7,)


def test_every_passage_finds_itself_with_score_one(snapshot: Snapshot) -> None:
    texts = [passage.embedded for passage in snapshot.passages.all()]
    for row, vector in enumerate(snapshot.encoder.encode_passages(texts)):
        rows, scores = snapshot.vectors.search(vector, 1)
        assert rows.tolist() == [row]
        assert scores[0] == pytest.approx(1.0, abs=1e-5)


def test_every_passage_is_found_by_its_own_words(snapshot: Snapshot) -> None:
    for row, passage in enumerate(snapshot.passages.all()):
        terms = snapshot.lexical.analyzer.terms(passage.embedded, passage.language)
        scores = snapshot.lexical.scores(terms)
        assert scores[row] == scores.max() > 0


def test_a_whole_index_passes_both_checks(built: Path) -> None:
    published = IndexFolder(built).published()
    assert sorted(published.manifest.files) == SNAPSHOT_FILES
    quick_check(published)
    assert full_check(published) == []


def test_where_nothing_is_published_nothing_is_opened(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshotError, match="no index here; build one with `citywise index"):
        open_snapshot(tmp_path)


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_flipped_byte_is_named_by_the_full_check(index_copy: IndexFolder, place: float) -> None:
    published = index_copy.published()
    for path in (published.path / name for name in SNAPSHOT_FILES):
        data = path.read_bytes()
        path.write_bytes(flipped(data, int((len(data) - 1) * place)))
        assert full_check(published) == [f"{path}: differs from its checksum"]
        path.write_bytes(data)


@pytest.mark.parametrize("change", [-1, 1])
def test_a_file_cut_short_or_grown_is_named_by_both_checks(
    index_copy: IndexFolder, change: int
) -> None:
    published = index_copy.published()
    for path in (published.path / name for name in SNAPSHOT_FILES):
        data = path.read_bytes()
        path.write_bytes((data + b"\0")[: len(data) + change])
        found = f"{len(data) + change} bytes instead of {len(data)}"
        with pytest.raises(DamagedError, match=f"{path}: {found}; rebuild with `citywise index`"):
            open_snapshot(index_copy.root)
        assert full_check(published) == [f"{path}: differs from its checksum"]
        path.write_bytes(data)


def test_a_missing_file_is_named_by_both_checks(index_copy: IndexFolder) -> None:
    published = index_copy.published()
    for path in (published.path / name for name in SNAPSHOT_FILES):
        data = path.read_bytes()
        path.unlink()
        with pytest.raises(DamagedError, match=f"{path}: missing; rebuild with `citywise index`"):
            open_snapshot(index_copy.root)
        assert full_check(published) == [f"{path}: missing"]
        path.write_bytes(data)


def test_everything_that_is_wrong_is_named_at_once(index_copy: IndexFolder) -> None:
    published = index_copy.published()
    for name in SNAPSHOT_FILES:
        (published.path / name).write_bytes(b"")
    (published.path / "centre.npy").unlink()
    expected = {
        f"{published.path / name}: differs from its checksum" for name in SNAPSHOT_FILES[1:]
    }
    expected.add(f"{published.path / 'centre.npy'}: missing")
    problems = full_check(published)
    assert set(problems) == expected
    assert len(problems) == len(SNAPSHOT_FILES)


def flips(path: Path, bits: range, step: int = 1) -> Iterator[None]:
    """Flip each of these bits of every byte (or some) in turn, and leave the file as it was."""
    data = path.read_bytes()
    for position in range(0, len(data), step):
        for bit in bits:
            changed = bytearray(data)
            changed[position] ^= 1 << bit
            path.write_bytes(changed)
            yield
    path.write_bytes(data)


def test_a_flipped_byte_anywhere_in_the_manifest_is_named(index_copy: IndexFolder) -> None:
    path = index_copy.published().path / "manifest.json"
    for _ in flips(path, range(1), step=11):
        with pytest.raises(DamagedError, match=f"^{path}: differs from its checksum; rebuild"):
            index_copy.published()
    assert open_snapshot(index_copy.root).manifest.passages == 7


def test_the_file_of_faiss_is_opened_only_after_its_checksum(index_copy: IndexFolder) -> None:
    path = index_copy.published().path / VECTORS
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedError, match=rf"{path}: differs from its checksum; rebuild with"):
        open_snapshot(index_copy.root)


def test_a_flipped_bit_in_the_pointer_is_named(index_copy: IndexFolder) -> None:
    for _ in flips(index_copy.pointer, range(0, 8, 5)):
        with pytest.raises(DamagedError, match=f"^{index_copy.pointer}: damaged; rebuild with"):
            index_copy.published()


@pytest.mark.parametrize("name", ["pointer", "manifest"])
def test_a_pointer_or_manifest_cut_short_is_named(index_copy: IndexFolder, name: str) -> None:
    manifest = index_copy.published().path / "manifest.json"
    path = {"pointer": index_copy.pointer, "manifest": manifest}[name]
    data = path.read_bytes()
    for length in range(0, len(data) - 1, 61):
        path.write_bytes(data[:length])
        with pytest.raises(DamagedError, match=f"^{path}: (damaged|differs from its checksum)"):
            open_snapshot(index_copy.root)


def altered(folder: IndexFolder, statement: str) -> Published:
    """A snapshot whose passages were wrong before its checksums were taken."""
    published = folder.published()
    path = published.path / PASSAGES
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)
    files = {**published.manifest.files, PASSAGES: file_info(path)}
    return replace(published, manifest=replace(published.manifest, files=files))


def test_a_passage_that_is_not_its_source_text_is_named(index_copy: IndexFolder) -> None:
    passage = open_snapshot(index_copy.root).passages.hits([1])[0].passage
    published = altered(index_copy, "UPDATE passages SET start = start + 1 WHERE row = 1")
    wanted = f"passage {passage.id} of document lima-bikes: differs from its source text"
    assert full_check(published) == [wanted]


def test_a_document_that_is_not_its_fingerprint_is_named(index_copy: IndexFolder) -> None:
    published = altered(
        index_copy, "UPDATE documents SET text = text || '!' WHERE id = 'durban-note'"
    )
    wanted = "document durban-note: its text differs from its fingerprint"
    assert full_check(published) == [wanted]


def test_a_lost_passage_is_noticed(index_copy: IndexFolder) -> None:
    published = altered(index_copy, "DELETE FROM passages WHERE row = 6")
    assert full_check(published) == ["holds 3 documents, 6 passages, not (3, 7)"]


def test_an_open_snapshot_outlives_its_folder(index_copy: IndexFolder) -> None:
    snapshot = open_snapshot(index_copy.root)
    shutil.rmtree(index_copy.root)
    (hit,) = snapshot.passages.hits([0])
    query = snapshot.encoder.encode_passages([hit.passage.embedded])[0]
    assert snapshot.vectors.search(query, 1)[0].tolist() == [0]
    terms = snapshot.lexical.analyzer.question_terms(hit.passage.text)
    assert int(np.argmax(snapshot.lexical.scores(terms))) == 0
