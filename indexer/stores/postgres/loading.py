"""Loads a snapshot into a schema of its own, and remembers the checksum of each batch of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import numpy as np
from psycopg import Connection, sql

from indexer.snapshot.folder import Published
from indexer.snapshot.manifest import PASSAGES
from indexer.snapshot.passages import Passages
from indexer.stores.parts import Parts, files_beside
from indexer.stores.postgres.schema import (
    FUNCTIONS,
    HNSW,
    INDEXES,
    LISTS,
    STATES,
    STORAGE,
    TEXTS,
    WORDS,
    Table,
    vectors_table,
    walked,
)
from indexer.stores.postgres.wire import array_bytes, vector_bytes
from indexer.stores.store import Told

BATCH = 512
"""Rows that have a checksum together."""

POSTINGS = 4096
"""Postings of a term in one row."""

PIECE = 1 << 22
"""Bytes of a file in one row."""

MEMORY = "512MB"
"""That the server may use to build an index."""

Row = tuple[Any, ...]


def tables(dimension: int, *, half: bool) -> tuple[Table, ...]:
    """The tables of a snapshot, in the order in which they are loaded."""
    return (*TEXTS, vectors_table(dimension, half=half), WORDS, STATES, LISTS)


def load(connection: Connection[Any], schema: str, published: Published, told: Told) -> None:
    """Load a snapshot, within a transaction that somebody else ends.

    Args:
        connection: its search path names where pgvector is.
        schema: is made.
        published: what to load, from its files.
        told: of each part that begins.
    """
    manifest = published.manifest
    half = manifest.vectors.kind != "exact"
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    _search_in(connection, schema)
    wanted = tables(manifest.model.dimension, half=half)
    for table in wanted:
        _execute(connection, table.made)
    _execute(connection, STORAGE + FUNCTIONS)
    with closing(Passages(published.path / PASSAGES)) as texts:
        for table, rows in zip(wanted, _content(published, texts, half=half), strict=True):
            told(f"Loading {table.name}")
            _copy(connection, table, rows)
    told("Indexing")
    _execute(connection, f"SET LOCAL maintenance_work_mem = '{MEMORY}'; {INDEXES}")
    if walked(manifest):
        _execute(connection, HNSW)
    _execute(connection, "; ".join(f"ANALYZE {table.name}" for table in wanted))


def _search_in(connection: Connection[Any], schema: str) -> None:
    """Put a schema before those that the search path names, until the transaction ends."""
    connection.execute(
        "SELECT set_config('search_path', %s || ',' || current_setting('search_path'), true)",
        (schema,),
    )


def _content(published: Published, texts: Passages, *, half: bool) -> Iterator[Iterable[Row]]:
    """The rows of each table, in the order of `tables`."""
    parts = Parts(published)
    for table in TEXTS:
        yield texts.stored(table.name)
    yield ((row, vector_bytes(each.vector, half=half)) for row, each in enumerate(parts.held()))
    yield (
        (row, each.terms.astype("<i4").tobytes(), each.weights.astype("<f4").tobytes())
        for row, each in enumerate(parts.held())
    )
    yield ((row, each.bits, each.sentences) for row, each in enumerate(parts.tokens()))
    yield _lists(parts)


def _lists(parts: Parts) -> Iterator[Row]:
    for term, rows, weights in parts.postings():
        for part, first in enumerate(range(0, len(rows), POSTINGS)):
            held = slice(first, first + POSTINGS)
            yield (
                term,
                part,
                array_bytes(np.asarray(rows[held], dtype=np.int32)),
                array_bytes(np.asarray(weights[held], dtype=np.float32)),
            )


def _copy(connection: Connection[Any], table: Table, rows: Iterable[Row]) -> None:
    """Send the rows of a table, and write down what they were."""
    checks = []
    # Frozen rows are never rewritten, and index-only scans trust them at once.
    statement = f"COPY {table.name} FROM STDIN (FORMAT BINARY, FREEZE)"
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            copy.set_types(table.copied)
            for number, batch in enumerate(batches(rows)):
                for row in batch:
                    copy.write_row(row)
                checks.append((table.name, number, digest(batch)))
        cursor.executemany("INSERT INTO checks VALUES (%s, %s, %s)", checks)


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in the batches that have a checksum."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def digest(batch: Iterable[Row]) -> str:
    """SHA-256 of rows: of each value its length and its bytes."""
    found = hashlib.sha256()
    for row in batch:
        for value in row:
            data = value if isinstance(value, bytes) else str(value).encode()
            found.update(f"{'-' if value is None else len(data)}:".encode() + data)
    return found.hexdigest()


def load_files(connection: Connection[Any], published: Published) -> None:
    """Load the files that travel beside the rows; those that are there already are left."""
    for name, info in files_beside(published.manifest).items():
        known = "SELECT 1 FROM files WHERE sha256 = %s LIMIT 1"
        if connection.execute(known, (info.sha256,)).fetchone():
            continue
        with (published.path / name).open("rb") as file:
            pieces = enumerate(iter(lambda held=file: held.read(PIECE), b""))  # type: ignore[misc]
            for part, piece in pieces:
                connection.execute(
                    "INSERT INTO files VALUES (%s, %s, %b)", (info.sha256, part, piece)
                )


def _execute(connection: Connection[Any], statement: str) -> None:
    connection.execute(statement)
