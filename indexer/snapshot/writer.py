"""Writes the documents and passages of a snapshot; passages are numbered as they come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.passage import Passage
from indexer.snapshot.database import new_database
from indexer.snapshot.tables import SCHEMA, columns_of, text_of

_ORIGINS = "CREATE TEMP TABLE origins (id TEXT PRIMARY KEY, origin TEXT NOT NULL) WITHOUT ROWID"
"""Where each document stood, for what is said of a second one of its id; on disk until then."""


class PassageWriter:
    """Writes documents and passages as they come, and hashes what it writes.

    Attributes:
        documents: how many were added.
        passages: how many were added.
        languages: those of the passages.
    """

    def __init__(self, path: Path) -> None:
        self._db = new_database(path, SCHEMA + _ORIGINS)
        self._digest = hashlib.sha256()
        self.documents = self.passages = 0
        self.languages: set[str] = set()

    @property
    def digest(self) -> str:
        """SHA-256 over everything added, in the order of its adding."""
        return self._digest.hexdigest()

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add a document and its passages.

        Raises:
            DocumentError: its id is taken by another document.
        """
        query = "SELECT origin FROM origins WHERE id = ?"
        if taken := self._db.execute(query, (document.id,)).fetchone():
            raise DocumentError(
                document.path,
                f"id {document.id!r} is already that of {taken[0]}; "
                "give each document an id of its own",
                document.place,
            )
        row, self.documents = self.documents, self.documents + 1
        self._db.execute("INSERT INTO origins VALUES (?, ?)", (document.id, document.origin))
        self.languages |= {passage.language for passage in passages}
        metadata = text_of(document.metadata)
        values = (document.id, document.path, document.sha256, metadata, document.text)
        self._insert("documents", (row, *values))
        for passage in passages:
            name, *rest = columns_of(passage)
            self._insert("passages", (self.passages, name, row, *rest))
            self.passages += 1

    def add_copies(self, copies: Mapping[int, int], boilerplate: Iterable[int]) -> None:
        """Note which passage says what an earlier one says, and which are repeated everywhere."""
        for row, first in sorted(copies.items()):
            self._insert("copies", (row, first))
        for row in sorted(boilerplate):
            query = "UPDATE passages SET noise = coalesce(noise, 'boilerplate') WHERE row = ?"
            self._db.execute(query, (row,))
            self._digest.update(f"boilerplate {row}".encode())

    def texts(self) -> Iterator[tuple[int, str]]:
        """Yield the document's number and the text of each passage added so far."""
        yield from self._db.execute("SELECT document, text FROM passages ORDER BY row")

    def text(self, row: int) -> str:
        """Return the text of a passage added so far."""
        (text,) = self._db.execute("SELECT text FROM passages WHERE row = ?", (row,)).fetchone()
        return str(text)

    def _insert(self, table: str, values: tuple[Any, ...]) -> None:
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608 - our own names
        self._digest.update(json.dumps(values, ensure_ascii=False).encode())

    def close(self) -> None:
        """Write everything out."""
        self._db.execute("COMMIT")
        self._db.close()
