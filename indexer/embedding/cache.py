"""Texts already embedded, so that each is embedded once: by model, in SQLite, safe to delete."""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

from indexer.databases import busy, connected, remove
from indexer.embedding.embedded import Embedded, from_bytes

LIMIT = 4 << 30
"""Bytes beyond which a cache is begun anew."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY, checksum INTEGER NOT NULL, vector BLOB NOT NULL,
    bits BLOB NOT NULL, starts BLOB NOT NULL
) WITHOUT ROWID
"""


class VectorCache:
    """What one model made of texts, by the text that was embedded; each carries its checksum."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = path = folder / f"embedded-{fingerprint[:32]}.sqlite"
        if path.is_file() and path.stat().st_size > LIMIT:
            remove(path)
        self._db = _open(path)

    def get(self, texts: Sequence[str]) -> list[Embedded | None]:
        """Return what was made of each text, None where there is nothing or it is damaged."""
        try:
            return [self._get(text) for text in texts]
        except sqlite3.DatabaseError:
            self._begin_anew()
            return [None] * len(texts)

    def _get(self, text: str) -> Embedded | None:
        query = "SELECT checksum, vector, bits, starts FROM vectors WHERE key = ?"
        row = self._db.execute(query, (_key(text),)).fetchone()
        if row is None or zlib.crc32(b"".join(row[1:])) != row[0]:
            return None
        return from_bytes(*row[1:])

    def put(self, texts: Sequence[str], made: Sequence[Embedded]) -> None:
        """Keep what was made of texts; it is on disk when this returns."""
        rows = []
        for text, each in zip(texts, made, strict=True):
            parts = each.to_bytes()
            rows.append((_key(text), zlib.crc32(b"".join(parts)), *parts))
        try:
            self._insert(rows)
        except sqlite3.OperationalError:
            raise  # a full disk, or one that cannot be written
        except sqlite3.DatabaseError:
            self._begin_anew()
            self._insert(rows)

    def _insert(self, rows: list[tuple[bytes, int, bytes, bytes, bytes]]) -> None:
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)", rows)

    def _begin_anew(self) -> None:
        """Give a damaged file up; what it held can be made again."""
        self._db.close()
        remove(self._path)
        self._db = connected(self._path, _SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _open(path: Path) -> sqlite3.Connection:
    try:
        return connected(path, _SCHEMA)
    except sqlite3.DatabaseError as error:
        if busy(error):
            raise
        remove(path)  # no database any more; what it held can be made again
        return connected(path, _SCHEMA)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
