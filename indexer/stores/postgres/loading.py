"""Loads a snapshot into a schema of its own, and remembers the checksum of each batch of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, sql

from indexer.snapshot.folder import Published
from indexer.snapshot.manifest import PASSAGES
from indexer.snapshot.passages import Passages
from indexer.stores.parts import Parts, files_beside
from indexer.stores.postgres.schema import (
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
from indexer.stores.postgres.sharding import begin, distribute, has_citus
from indexer.stores.postgres.wire import array_bytes, vector_bytes
from indexer.stores.store import Told

BATCH = 512
"""Rows that have a checksum together."""

POSTINGS = 4096
"""Postings of a term in one row; where tables are parted, passages of which a row has postings."""

PARTS = 128
"""Rows that a term has at most where tables are parted, on as many machines."""

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
    half, sharded = manifest.vectors.kind != "exact", has_citus(connection)
    if sharded:
        begin(connection)
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    _search_in(connection, schema)
    wanted = tables(manifest.model.dimension, half=half)
    for table in wanted:
        _execute(connection, table.made)
    _execute(connection, STORAGE)
    if sharded:
        distribute(connection, wanted)
    # Frozen rows are never rewritten, and index-only scans trust them at once.
    form = "FORMAT BINARY" if sharded else "FORMAT BINARY, FREEZE"
    width = max(POSTINGS, -(-manifest.passages // PARTS)) if sharded else None
    with closing(Passages(published.path / PASSAGES)) as texts:
        content = _content(published, texts, half=half, width=width)
        for table, rows in zip(wanted, content, strict=True):
            told(f"Loading {table.name}")
            _copy(connection, table, rows, form)
    told("Indexing")
    analyzed = [f"ANALYZE {table.name}" for table in wanted]
    indexes = [*INDEXES, HNSW] if walked(manifest) else INDEXES
    for statement in (f"SET LOCAL maintenance_work_mem = '{MEMORY}'", *indexes, *analyzed):
        _execute(connection, statement)


def _search_in(connection: Connection[Any], schema: str) -> None:
    """Put a schema before those that the search path names, until the transaction ends."""
    connection.execute(
        "SELECT set_config('search_path', %s || ',' || current_setting('search_path'), true)",
        (schema,),
    )


def _content(
    published: Published, texts: Passages, *, half: bool, width: int | None
) -> Iterator[Iterable[Row]]:
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
    yield _lists(parts, width)


def _lists(parts: Parts, width: int | None) -> Iterator[Row]:
    """Each term's postings: so many in a row, or those of so many passages."""
    for term, rows, weights in parts.postings():
        for part, held in _among(rows, width) if width else _counted(len(rows)):
            yield (
                term,
                part,
                array_bytes(np.asarray(rows[held], dtype=np.int32)),
                array_bytes(np.asarray(weights[held], dtype=np.float32)),
            )


def _counted(count: int) -> Iterator[tuple[int, slice]]:
    for part, first in enumerate(range(0, count, POSTINGS)):
        yield part, slice(first, first + POSTINGS)


def _among(rows: NDArray[np.int32], width: int) -> Iterator[tuple[int, slice]]:
    """A passage has all of its postings in parts of one number, so that a machine can add up."""
    numbers, starts = np.unique(rows // width, return_index=True)
    ends = [*starts.tolist(), len(rows)][1:]
    for number, start, end in zip(numbers.tolist(), starts.tolist(), ends, strict=True):
        yield number, slice(start, end)


def _copy(connection: Connection[Any], table: Table, rows: Iterable[Row], form: str) -> None:
    """Send the rows of a table, and write down what they were."""
    checks = []
    statement = f"COPY {table.name} FROM STDIN ({form})"
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
