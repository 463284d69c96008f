"""What was worked out before, by the key of all that shaped it: in SQLite, safe to delete."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

from indexer.databases import Remakable, remove

LIMIT = 1 << 30
"""Bytes beyond which a file is begun anew."""

FILES = 3
"""Files that are kept, each of one state of the program."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (
    key BLOB PRIMARY KEY, checksum INTEGER NOT NULL, data BLOB NOT NULL
)
"""

_TOGETHER = 256
"""Entries that are written in one transaction."""


class Kept:
    """Entries by key, each with its checksum: one that is damaged counts as none."""

    def __init__(self, folder: Path, program: str) -> None:
        """Open the file of a state of the program, and let go of the oldest ones of others.

        Args:
            folder: holds the files; is made.
            program: names the state; entries that another one made are not seen.
        """
        folder.mkdir(parents=True, exist_ok=True)
        own = folder / f"{program[:32]}.sqlite"
        self._new: dict[bytes, bytes] = {}
        self._file = Remakable(own, _SCHEMA, LIMIT)
        self._file.wait_for_no_disk()
        others = (path for path in folder.glob("*.sqlite") if path != own)
        for old in sorted(others, key=lambda each: -each.stat().st_mtime_ns)[FILES - 1 :]:
            remove(old)

    def get(self, key: bytes) -> bytes | None:
        """Return what was kept; None if there is nothing, or it is damaged."""
        found = self._file.first("SELECT checksum, data FROM kept WHERE key = ?", key)
        if found is None or zlib.crc32(found[1]) != found[0]:
            return None
        return zlib.decompress(found[1])

    def put(self, key: bytes, data: bytes) -> None:
        """Keep something; it is on disk at the end of the `with` block at the latest."""
        self._new[key] = zlib.compress(data, 1)
        if len(self._new) >= _TOGETHER:
            self._write()

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._write()
        finally:
            self._file.close()

    def _write(self) -> None:
        rows = [(key, zlib.crc32(data), data) for key, data in self._new.items()]
        self._new.clear()
        self._file.insert("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)


def key_of(*parts: bytes) -> bytes:
    """Return the key of these parts; no other parts have it, however they are cut."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()
