"""Documents and passages of a snapshot, in SQLite. Row numbers of passages are vector numbers."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from indexer.document import Aspect, Document, Metadata, Place, Quote, Source
from indexer.errors import DamagedError, DocumentError
from indexer.passage import Passage

_SCHEMA = """
CREATE TABLE documents (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    metadata TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (row),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    context TEXT NOT NULL,
    body INTEGER NOT NULL,
    section TEXT NOT NULL,
    sentences TEXT NOT NULL,
    aspect TEXT,
    page INTEGER,
    place TEXT,
    noise TEXT,
    language TEXT NOT NULL,
    quotes TEXT NOT NULL
) STRICT;
CREATE TABLE copies (
    row INTEGER PRIMARY KEY REFERENCES passages (row),
    of INTEGER NOT NULL REFERENCES passages (row)
) STRICT;
"""
_ORIGINS = "CREATE TEMP TABLE origins (id TEXT PRIMARY KEY, origin TEXT NOT NULL) WITHOUT ROWID"
"""Where each document stood, for what is said of a second one of its id; on disk until then."""

_PASSAGE = (
    'id, start, "end", text, context, body, section, sentences, '
    "aspect, page, place, noise, language, quotes"
)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text."""

    id: str
    path: str
    sha256: str
    metadata: Metadata


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


class PassageWriter:
    """Writes documents and passages as they come, and hashes what it writes.

    Attributes:
        documents: how many were added.
        passages: how many were added.
        languages: those of the passages.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self._db.executescript(_ORIGINS)
        self._db.execute("BEGIN")
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
        metadata = json.dumps(
            document.metadata, default=_fields, ensure_ascii=False, sort_keys=True
        )
        values = (document.id, document.path, document.sha256, metadata, document.text)
        self._insert("documents", (row, *values))
        for passage in passages:
            name, *rest = _columns(passage)
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


class Passages:
    """Reads the documents and passages of a snapshot. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            self._db = sqlite3.connect(address, uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise DamagedError(f"{path}: cannot be read; rebuild the index") from error

    def hits(self, rows: Sequence[int]) -> list[Hit]:
        """Return passages by row number, in the order asked for."""
        found = {}
        marks = ", ".join("?" * len(rows))
        query = f"SELECT row, document, {_PASSAGE} FROM passages WHERE row IN ({marks})"  # noqa: S608
        held = list(self._select(query, *rows))
        documents = self._documents({document for _, document, *_ in held})
        for row, document, *columns in held:
            found[row] = Hit(row, _passage(columns), documents[document])
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

    def whole(self, identity: str) -> WholeDocument | None:
        """Return a document with its text and passages, by its id; None if there is none."""
        found = next(self._select("SELECT row, text FROM documents WHERE id = ?", identity), None)
        if found is None:
            return None
        row, text = found
        query = f"SELECT {_PASSAGE} FROM passages WHERE document = ? ORDER BY row"  # noqa: S608
        passages = tuple(_passage(columns) for columns in self._select(query, row))
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
        for columns in self._select(f"SELECT {_PASSAGE} FROM passages ORDER BY row"):  # noqa: S608
            yield _passage(columns)

    def by_document(self) -> Iterator[tuple[Metadata, list[Passage]]]:
        """Yield each document's metadata with its passages, in the order of rows."""
        for row, metadata in self._select("SELECT row, metadata FROM documents ORDER BY row"):
            query = f"SELECT {_PASSAGE} FROM passages WHERE document = ? ORDER BY row"  # noqa: S608
            yield _metadata(metadata), list(map(_passage, self._select(query, row)))

    def documents(self) -> Iterator[StoredDocument]:
        """Return every document, in the order of its number."""
        query = "SELECT id, path, sha256, metadata FROM documents ORDER BY row"
        for identity, path, sha256, metadata in self._select(query):
            yield StoredDocument(identity, path, sha256, _metadata(metadata))

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

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _hits(self, condition: str, *values: object) -> list[Hit]:
        query = (
            "SELECT p.row FROM passages p JOIN documents d ON d.row = p.document "  # noqa: S608
            f"WHERE {condition} ORDER BY p.row"
        )
        return self.hits([row for (row,) in self._select(query, *values)])

    def _document(self, row: int) -> StoredDocument:
        return self._documents([row])[row]

    def _documents(self, rows: Collection[int]) -> dict[int, StoredDocument]:
        marks = ", ".join("?" * len(rows))
        query = f"SELECT row, id, path, sha256, metadata FROM documents WHERE row IN ({marks})"  # noqa: S608
        return {
            row: StoredDocument(identity, path, sha256, _metadata(metadata))
            for row, identity, path, sha256, metadata in self._select(query, *rows)
        }

    def _select(self, query: str, *values: object) -> Iterator[Any]:
        try:
            yield from self._db.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise DamagedError(
                f"{self._path}: cannot be read ({error}); rebuild the index"
            ) from error


def _columns(passage: Passage) -> tuple[Any, ...]:
    p = passage
    place = _json(asdict(p.place)) if p.place else None
    start = (p.id, p.start, p.end, p.text, p.context, p.body, _json(p.section), _json(p.sentences))
    quotes = _json([asdict(quote) for quote in p.quotes])
    return (*start, p.aspect, p.page, place, p.noise, p.language, quotes)


def _fields(value: Any) -> dict[str, Any]:
    """A dataclass as a mapping; `asdict` would copy all that is in it, ten times as slowly."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _passage(columns: Sequence[Any]) -> Passage:
    identity, start, end, text, context, body, section, sentences, *about = columns
    aspect, page, place, noise, language, quotes = about
    return Passage(
        id=identity,
        start=start,
        end=end,
        text=text,
        context=context,
        body=body,
        section=tuple(from_json(section)),
        sentences=tuple((a, b) for a, b in from_json(sentences)),
        aspect=aspect,
        page=page,
        place=Place(**from_json(place)) if place else None,
        noise=noise,
        language=language,
        quotes=tuple(Quote(**quote) for quote in from_json(quotes)),
    )


def _metadata(text: str) -> Metadata:
    raw = from_json(text)
    raw["cities"] = tuple(Place(**place) for place in raw["cities"])
    raw["sources"] = tuple(Source(**source) for source in raw["sources"])
    raw["topics"] = tuple(raw["topics"])
    return Metadata(**raw)
