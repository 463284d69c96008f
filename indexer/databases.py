"""SQLite files that several processes write at once, and whose content can be made again."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds that a process waits for another one that writes."""

_AGAIN = 0.02
"""Seconds between two tries."""


def connected(
    path: Path, schema: str, patience: float = PATIENCE, **how: Any
) -> sqlite3.Connection:
    """Open a file that others may open and write at the same time; it is made if need be.

    Args:
        path: of the file; its folder is there.
        schema: the statement that makes its table unless it is there.
        patience: seconds to wait for whoever else writes.
        **how: what else `sqlite3.connect` takes.

    Raises:
        sqlite3.Error: it is no database, cannot be written, or another process never ends.
    """
    db: sqlite3.Connection = sqlite3.connect(path, timeout=patience, **how)
    try:
        _write_ahead(db, patience)
        db.execute(schema)
    except BaseException:
        db.close()
        raise
    return db


def _write_ahead(db: sqlite3.Connection, patience: float) -> None:
    """Let readers go on beside a writer; SQLite itself does not wait for its turn to begin that."""
    until = time.monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not busy(error) or time.monotonic() > until:
                raise
            time.sleep(_AGAIN)
        else:
            return


def busy(error: sqlite3.Error) -> bool:
    """Whether nothing is wrong with a file but that another process is at work on it."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def remove(path: Path) -> None:
    """Remove a file with what SQLite keeps beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


class Remakable:
    """A file whose rows can be made again: a damaged one is begun anew, and so is one too large."""

    def __init__(self, path: Path, schema: str, most: int) -> None:
        """Open or make a file.

        Args:
            path: of the file; its folder is there.
            schema: the statement that makes its table unless it is there.
            most: bytes beyond which it is begun anew.
        """
        self._path, self._schema = path, schema
        if path.is_file() and path.stat().st_size > most:
            remove(path)
        self._db = self._opened()

    def first(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """The first row that a query gives; None if it gives none, or the file is damaged."""
        try:
            found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        except sqlite3.DatabaseError:
            self._begin_anew()
            return None
        return found

    def insert(self, query: str, rows: Sequence[Sequence[object]]) -> None:
        """Write rows in one transaction.

        Raises:
            sqlite3.OperationalError: the disk is full or cannot be written.
        """
        try:
            self._insert(query, rows)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._begin_anew()
            self._insert(query, rows)

    def wait_for_no_disk(self) -> None:
        """Leave it to the system when the disk has what is written: a checksum tells the rest."""
        self._db.execute("PRAGMA synchronous = OFF")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _opened(self) -> sqlite3.Connection:
        try:
            return connected(self._path, self._schema)
        except sqlite3.DatabaseError as error:
            if busy(error):
                raise
            remove(self._path)
            return connected(self._path, self._schema)

    def _insert(self, query: str, rows: Sequence[Sequence[object]]) -> None:
        with self._db:
            self._db.executemany(query, rows)

    def _begin_anew(self) -> None:
        self._db.close()
        remove(self._path)
        self._db = connected(self._path, self._schema)
