from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from indexer.kept import FILES, LIMIT, Kept, key_of

KEY, OTHER = key_of(b"one"), key_of(b"other")
PROGRAM = "a" * 64


def file(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite")
    return path


def filled(folder: Path, program: str = PROGRAM) -> Path:
    with Kept(folder, program) as kept:
        kept.put(KEY, b"text")
        kept.put(OTHER, b"")
    return folder


def found(folder: Path, program: str = PROGRAM) -> tuple[bytes | None, bytes | None]:
    with Kept(folder, program) as kept:
        return kept.get(KEY), kept.get(OTHER)


def test_what_was_put_comes_back_in_another_process_of_the_same_program(tmp_path: Path) -> None:
    filled(tmp_path / "new" / "folder")
    assert found(tmp_path / "new" / "folder") == (b"text", b"")
    assert found(tmp_path / "new" / "folder", "b" * 64) == (None, None)


def test_a_block_that_fails_keeps_what_it_had(tmp_path: Path) -> None:
    def fail() -> None:
        with Kept(tmp_path, PROGRAM) as kept:
            kept.put(KEY, b"text")
            raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        fail()
    assert found(tmp_path) == (b"text", None)


def test_a_damaged_entry_is_none_and_its_neighbour_is_not(tmp_path: Path) -> None:
    with closing(sqlite3.connect(file(filled(tmp_path)))) as db, db:
        db.execute("UPDATE kept SET data = x'00' WHERE key = ?", (KEY,))
    assert found(tmp_path) == (None, b"")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    file(filled(tmp_path)).write_bytes(content)
    assert found(tmp_path) == (None, None)
    assert found(filled(tmp_path)) == (b"text", b"")


def test_a_file_that_has_grown_too_large_is_begun_anew(tmp_path: Path) -> None:
    os.truncate(file(filled(tmp_path)), LIMIT + 1)
    assert found(tmp_path) == (None, None)


def test_files_of_programs_before_the_last_ones_go(tmp_path: Path) -> None:
    for number in range(FILES + 2):
        filled(tmp_path, f"{number:064}"[::-1])
        os.utime(tmp_path / f"{number}{'0' * 31}.sqlite", (number, number))
    kept = {path.name[0] for path in tmp_path.glob("*.sqlite")}
    assert kept == {str(number) for number in range(2, FILES + 2)}


def test_a_key_tells_where_its_parts_are_cut() -> None:
    assert key_of(b"ab", b"c") != key_of(b"a", b"bc")
    assert key_of(b"ab", b"c") == key_of(b"ab", b"c")
