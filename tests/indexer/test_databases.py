from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from indexer.databases import busy, connected
from indexer.embedding.cache import VectorCache
from indexer.kept import Kept

SCHEMA = "CREATE TABLE IF NOT EXISTS one (a)"


def held(path: Path, seconds: float) -> threading.Thread:
    """Write to a new file for a while, as a process does that has just made it."""
    taken = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("CREATE TABLE first (a)")
            other.execute("BEGIN IMMEDIATE")
            taken.set()
            time.sleep(seconds)
            other.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(5)
    return thread


def test_whoever_opens_a_new_file_waits_for_another_that_does(tmp_path: Path) -> None:
    other = held(tmp_path / "one.sqlite", 0.2)
    with closing(connected(tmp_path / "one.sqlite", SCHEMA)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("SELECT count(*) FROM one").fetchone() == (0,)
    other.join()


def test_but_not_for_ever(tmp_path: Path) -> None:
    other = held(tmp_path / "one.sqlite", 0.3)
    with pytest.raises(sqlite3.OperationalError, match=r"^database is locked$") as found:
        connected(tmp_path / "one.sqlite", SCHEMA, patience=0.05)
    assert busy(found.value)
    other.join()


def test_what_is_no_database_is_not_busy(tmp_path: Path) -> None:
    (tmp_path / "one.sqlite").write_text("no database, but a text that is long enough" * 30)
    with pytest.raises(sqlite3.DatabaseError, match="not a database") as found:
        connected(tmp_path / "one.sqlite", SCHEMA)
    assert not busy(found.value)


@pytest.mark.parametrize("which", ["kept", "vectors"])
def test_a_cache_that_another_build_has_just_made_is_not_begun_anew(
    tmp_path: Path, which: str
) -> None:
    name = {"kept": "state.sqlite", "vectors": "embedded-state.sqlite"}[which]
    other, file = held(tmp_path / name, 0.2), (tmp_path / name).stat().st_ino
    if which == "kept":
        with Kept(tmp_path, "state") as kept:
            kept.put(b"key", b"data")
    else:
        VectorCache(tmp_path, "state").close()
    assert (tmp_path / name).stat().st_ino == file
    other.join()
