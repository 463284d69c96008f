"""Documents and passages of a snapshot, read. Row numbers of passages are vector numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from indexer.document import Aspect, Metadata
from indexer.passage import Passage
from indexer.snapshot.documents import Documents, StoredDocument
from indexer.snapshot.tables import PASSAGE, metadata_of, passage_of

__all__ = ["Hit", "Passages", "StoredDocument", "WholeDocument"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with the document that holds it."""

    row: int
    passage: Passage
    document: StoredDocument


@dataclass(frozen=True, slots=True)
class WholeDocument:
    """A document with its canonical text and its passages, in the order of the text."""

    document: StoredDocument
    text: str
    passages: tuple[Passage, ...]


class Passages(Documents):
    """Reads the documents and passages of a snapshot. Safe to share between threads."""

    def hits(self, rows: Sequence[int]) -> list[Hit]:
        """Return passages by row number, in the order asked for."""
        found = {}
        marks = ", ".join("?" * len(rows))
        query = f"SELECT row, document, {PASSAGE} FROM passages WHERE row IN ({marks})"  # noqa: S608
        held = list(self._select(query, *rows))
        documents = self._documents({document for _, document, *_ in held})
        for row, document, *columns in held:
            found[row] = Hit(row, passage_of(columns), documents[document])
        return [found[row] for row in rows]

    def titles(self, rows: Sequence[int]) -> list[str]:
        """Return the titles of passages' documents by row number, in the order asked for."""
        query = (
            "SELECT p.row, json_extract(d.metadata, '$.title') FROM passages p "  # noqa: S608
            "JOIN documents d ON d.row = p.document "
            f"WHERE p.row IN ({', '.join('?' * len(rows))})"
        )
        found = dict(self._select(query, *rows))
        return [found[row] for row in rows]

    def find(self, identity: str) -> Hit | None:
        """Return a passage by its id; None if there is none of that id."""
        return next(iter(self._hits("p.id = ?", identity)), None)

    def around(self, hit: Hit, count: int) -> tuple[list[Hit], list[Hit]]:
        """Return at most `count` passages before and behind one, of its own document."""
        near = self._hits(
            "p.row BETWEEN ? AND ? AND d.id = ?", hit.row - count, hit.row + count, hit.document.id
        )
        before = [each for each in near if each.row < hit.row]
        return before, [each for each in near if each.row > hit.row]

    def overlapping(self, document: str, start: int, end: int) -> list[Hit]:
        """Return the passages of a document that share characters with a span of its text."""
        return self._hits('d.id = ? AND p.start < ? AND p."end" > ?', document, end, start)

    def whole(self, identity: str) -> WholeDocument | None:
        """Return a document with its text and passages, by its id; None if there is none."""
        found = next(self._select("SELECT row, text FROM documents WHERE id = ?", identity), None)
        if found is None:
            return None
        row, text = found
        query = f"SELECT {PASSAGE} FROM passages WHERE document = ? ORDER BY row"  # noqa: S608
        passages = tuple(passage_of(columns) for columns in self._select(query, row))
        return WholeDocument(self._document(row), text, passages)

    def listed(self, limit: int, offset: int = 0) -> list[tuple[StoredDocument, int]]:
        """Return documents in the order of their ids, each with the number of its passages."""
        query = (
            "SELECT row, (SELECT count(*) FROM passages p WHERE p.document = d.row) "
            "FROM documents d ORDER BY id LIMIT ? OFFSET ?"
        )
        return [(self._document(row), held) for row, held in self._select(query, limit, offset)]

    def document_ids(self) -> list[str]:
        """The id of each passage's document, by passage row."""
        query = "SELECT d.id FROM passages p JOIN documents d ON d.row = p.document ORDER BY p.row"
        return [identity for (identity,) in self._select(query)]

    def ids_by_document(self) -> dict[str, set[str]]:
        """The ids of each document's passages; documents without passages are left out."""
        found: dict[str, set[str]] = {}
        query = "SELECT d.id, p.id FROM passages p JOIN documents d ON d.row = p.document"
        for document, passage in self._select(query):
            found.setdefault(document, set()).add(passage)
        return found

    def all(self) -> Iterator[Passage]:
        """Return every passage, in the order of rows."""
        for columns in self._select(f"SELECT {PASSAGE} FROM passages ORDER BY row"):  # noqa: S608
            yield passage_of(columns)

    def by_document(self) -> Iterator[tuple[Metadata, list[Passage]]]:
        """Yield each document's metadata with its passages, in the order of rows."""
        for row, metadata in self._select("SELECT row, metadata FROM documents ORDER BY row"):
            query = f"SELECT {PASSAGE} FROM passages WHERE document = ? ORDER BY row"  # noqa: S608
            yield metadata_of(metadata), list(map(passage_of, self._select(query, row)))

    def columns(self) -> Iterator[tuple[int, str, Aspect | None, bool]]:
        """Yield each passage's document number, language, aspect and whether it is noise."""
        query = "SELECT document, language, aspect, noise IS NOT NULL FROM passages ORDER BY row"
        yield from self._select(query)

    def copies(self) -> dict[int, int]:
        """For each passage that nearly repeats one of another document, the first that says it."""
        return dict(self._select("SELECT row, of FROM copies"))

    def texts(self) -> Iterator[tuple[str, str, str, list[tuple[str, int, int, str]]]]:
        """Return each document's id, hash and text, with its passages' ids, spans and texts.

        Both tables are read once, side by side: passages stand in the order of their documents.
        """
        query = 'SELECT document, id, start, "end", text FROM passages ORDER BY row'
        groups = groupby(self._select(query), key=itemgetter(0))
        group = next(groups, None)
        for row, *about in self._select("SELECT row, id, sha256, text FROM documents ORDER BY row"):
            held = []
            if group and group[0] == row:
                held = [(name, *rest) for _, name, *rest in group[1]]
                group = next(groups, None)
            identity, sha256, text = about
            yield identity, sha256, text, held

    def stored(self, table: str) -> Iterator[tuple[Any, ...]]:
        """Yield every row of a table as it is stored, for who keeps it elsewhere."""
        yield from self._select(f"SELECT * FROM {table} ORDER BY row")  # noqa: S608

    def _hits(self, condition: str, *values: object) -> list[Hit]:
        query = (
            "SELECT p.row FROM passages p JOIN documents d ON d.row = p.document "  # noqa: S608
            f"WHERE {condition} ORDER BY p.row"
        )
        return self.hits([row for (row,) in self._select(query, *values)])
