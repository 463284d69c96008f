"""Documents of a snapshot, without their passages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from indexer.document import Metadata
from indexer.snapshot.database import Database
from indexer.snapshot.tables import metadata_of


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text."""

    id: str
    path: str
    sha256: str
    metadata: Metadata


class Documents(Database):
    """Reads the documents of a snapshot. Safe to share between threads."""

    def documents(self) -> Iterator[StoredDocument]:
        """Return every document, in the order of its number."""
        query = "SELECT id, path, sha256, metadata FROM documents ORDER BY row"
        for identity, path, sha256, metadata in self._select(query):
            yield StoredDocument(identity, path, sha256, metadata_of(metadata))

    def text(self, document: str) -> str:
        """Return the canonical text of a document; empty if there is none of that id."""
        query = "SELECT text FROM documents WHERE id = ?"
        return next((text for (text,) in self._select(query, document)), "")

    def hash_of(self, document: str) -> str | None:
        """Return the SHA-256 of a document's canonical text; None if there is no such document."""
        query = "SELECT sha256 FROM documents WHERE id = ?"
        return next((sha256 for (sha256,) in self._select(query, document)), None)

    def with_hash(self, sha256: str) -> list[str]:
        """Return the ids of the documents whose canonical text has this SHA-256."""
        query = "SELECT id FROM documents WHERE sha256 = ? ORDER BY row"
        return [identity for (identity,) in self._select(query, sha256)]

    def containing(self, word: str) -> Iterator[tuple[str, str]]:
        """Return id and canonical text of each document in which a string stands verbatim."""
        query = "SELECT id, text FROM documents WHERE instr(text, ?) ORDER BY row"
        yield from self._select(query, word)

    def _document(self, row: int) -> StoredDocument:
        return self._documents([row])[row]

    def _documents(self, rows: Collection[int]) -> dict[int, StoredDocument]:
        marks = ", ".join("?" * len(rows))
        query = f"SELECT row, id, path, sha256, metadata FROM documents WHERE row IN ({marks})"  # noqa: S608
        return {
            row: StoredDocument(identity, path, sha256, metadata_of(metadata))
            for row, identity, path, sha256, metadata in self._select(query, *rows)
        }
