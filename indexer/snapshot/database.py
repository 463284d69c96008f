"""A database of a snapshot, in SQLite: written once, and then only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.errors import DamagedError


def new_database(path: Path, schema: str) -> sqlite3.Connection:
    """Begin a file, in one transaction and without a journal: what dies is never published.

    Args:
        path: of the file.
        schema: what makes its tables, empty if they are there.
    """
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + schema)
    db.execute("BEGIN")
    return db


class Database:
    """Reads a database that nobody writes any more. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            DamagedError: it is not there, or cannot be opened.
        """
        self._path = path
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            self._db = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise DamagedError(f"{path}: cannot be read; rebuild the index") from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _select(self, query: str, *values: object) -> Iterator[Any]:
        """Yield the rows that a query gives, as they are found."""
        try:
            yield from self._db.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise DamagedError(
                f"{self._path}: cannot be read ({error}); rebuild the index"
            ) from error
