from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.errors import DamagedError
from indexer.snapshot.columns import Columns, write_columns
from indexer.snapshot.manifest import COLUMNS
from indexer.snapshot.snapshot import Snapshot

FILES = ["aspects.npy", "copies.npy", "documents.npy", "languages.npy", "noise.npy", "values.json"]


def test_columns_say_what_the_passages_say(snapshot: Snapshot) -> None:
    columns, passages = snapshot.columns, list(snapshot.passages.all())
    assert [columns.languages[code] for code in columns.language] == [p.language for p in passages]
    assert [columns.aspect(row) for row in range(7)] == [p.aspect for p in passages]
    assert {columns.aspect(row) for row in range(7)} == {"challenge", None}
    assert columns.noise.tolist() == [p.noise is not None for p in passages]
    ids = [document.id for document in snapshot.passages.documents()]
    assert [ids[number] for number in columns.documents] == snapshot.passages.document_ids()
    assert columns.copies == snapshot.passages.copies() == {}


@pytest.mark.parametrize("name", FILES)
def test_a_file_missing_empty_or_of_another_index_is_damage(
    snapshot: Snapshot, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / COLUMNS
    write_columns(folder, snapshot.passages, 7)
    assert sorted(path.name for path in folder.iterdir()) == FILES
    (folder / name).write_bytes(b"")
    with pytest.raises(DamagedError, match=rf"^{re.escape(str(folder))}: cannot be read; rebuild"):
        Columns(folder, 7)
    (folder / name).unlink()
    with pytest.raises(DamagedError, match="cannot be read; rebuild the index"):
        Columns(folder, 7)


def test_columns_of_more_passages_are_damage(snapshot: Snapshot) -> None:
    with pytest.raises(DamagedError, match="columns: cannot be read; rebuild the index"):
        Columns(snapshot.path / COLUMNS, 8)
