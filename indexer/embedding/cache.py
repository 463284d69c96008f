"""Texts already embedded, so that each is embedded once: by model, in SQLite, safe to delete."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path

from indexer.databases import Remakable
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
        self._file = Remakable(folder / f"embedded-{fingerprint[:32]}.sqlite", _SCHEMA, LIMIT)

    def get(self, texts: Sequence[str]) -> list[Embedded | None]:
        """Return what was made of each text, None where there is nothing or it is damaged."""
        return [self._get(text) for text in texts]

    def _get(self, text: str) -> Embedded | None:
        query = "SELECT checksum, vector, bits, starts FROM vectors WHERE key = ?"
        row = self._file.first(query, _key(text))
        if row is None or zlib.crc32(b"".join(row[1:])) != row[0]:
            return None
        return from_bytes(*row[1:])

    def put(self, texts: Sequence[str], made: Sequence[Embedded]) -> None:
        """Keep what was made of texts; it is on disk when this returns."""
        rows = []
        for text, each in zip(texts, made, strict=True):
            parts = each.to_bytes()
            rows.append((_key(text), zlib.crc32(b"".join(parts)), *parts))
        self._file.insert("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
