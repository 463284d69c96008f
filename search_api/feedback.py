"""What readers found useful: question, passage and snapshot, and nothing of who they are."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import FeedbackError

MOST = 100_000
"""Entries that are kept: a robot shall not fill the disk."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    day TEXT NOT NULL,
    question TEXT NOT NULL,
    passage TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    useful INTEGER NOT NULL
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reader's word on one passage.

    Attributes:
        day: ISO 8601, in UTC; the hour is nobody's affair.
        question: as asked.
        passage: id of the passage shown.
        snapshot: id of the index that gave it.
        useful: what the reader says.
    """

    day: str
    question: str
    passage: str
    snapshot: str
    useful: bool


def today() -> str:
    """Return the day in UTC."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def writable(path: Path) -> bool:
    """Whether entries could be kept there; nothing is made to find out."""
    if path.exists():
        return path.is_file() and os.access(path, os.W_OK)
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    return folder.is_dir() and os.access(folder, os.W_OK)


def record(path: Path, entry: Entry) -> None:
    """Keep an entry.

    Raises:
        FeedbackError: the file cannot be written, or it is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=5)) as database, database:
            database.execute(_SCHEMA)
            (held,) = database.execute("SELECT count(*) FROM feedback").fetchone()
            if held >= MOST:
                raise FeedbackError(
                    f"{path}: holds {MOST:,} entries and takes no more; "
                    "export it with `citywise feedback` and move it away"
                )
            values = (entry.day, entry.question, entry.passage, entry.snapshot, entry.useful)
            database.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?)", values)
    except (OSError, sqlite3.Error) as error:
        raise FeedbackError(
            f"{path}: feedback cannot be written there ({error}); set CITYWISE_FEEDBACK"
        ) from error


def entries(path: Path) -> Iterator[Entry]:
    """Return what is kept, oldest first; nothing where there is no file.

    Raises:
        FeedbackError: the file is no record of feedback.
    """
    if not path.exists():
        return
    query = "SELECT day, question, passage, snapshot, useful FROM feedback ORDER BY rowid"
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as database:
            for day, question, passage, snapshot, useful in database.execute(query):
                yield Entry(day, question, passage, snapshot, bool(useful))
    except sqlite3.Error as error:
        raise FeedbackError(
            f"{path}: no record of feedback ({error}); give its file with --file"
        ) from error
