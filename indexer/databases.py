"""SQLite files that several processes write at once, and whose content can be made again."""

from __future__ import annotations

import sqlite3
import time
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
