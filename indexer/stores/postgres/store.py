"""The store: which snapshots a database keeps, which is published, and how each is opened.

    NAME               schema of the store: migrations, versions, the pointer, files
    NAME_<id>          schema of a snapshot; NAME_<id>_2 if that name was taken

Order of a publication, in one transaction: schema, tables, rows, indexes, files, the version's
name; in the next: the pointer. Whoever reads sees all of it or nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from indexer.errors import DamagedError, SnapshotError
from indexer.snapshot.folder import Published
from indexer.snapshot.passages import Passages
from indexer.snapshot.snapshot import Snapshot
from indexer.stores.address import Address
from indexer.stores.files import fetch_files, forget_others
from indexer.stores.parts import files_beside
from indexer.stores.pointer import Pointer
from indexer.stores.postgres import publishing
from indexer.stores.postgres.checking import problems, see_complete
from indexer.stores.postgres.engine import PostgresEngine
from indexer.stores.postgres.readers import Readers
from indexer.stores.postgres.schema import walked
from indexer.stores.postgres.sharding import size_of
from indexer.stores.postgres.texts import StoredTexts
from indexer.stores.sides import stored_sides
from indexer.stores.store import Told, Version
from indexer.stores.versions import folder_of, not_kept, nothing_in, published_as

_VERSION = "SELECT v.name, v.manifest, v.sha256, v.number FROM versions v "
_PUBLISHED = _VERSION + "JOIN published p ON p.name = v.name"
_KEPT = _VERSION + "WHERE v.id = %s ORDER BY v.number DESC LIMIT 1"
_NAMED = _VERSION + "WHERE v.name = %s"
_LISTED = """
SELECT v.id, v.name, p.name IS NOT NULL, (
    SELECT coalesce(sum({size}), 0)::int8 FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(v.name) AND c.relkind = 'r'
) FROM versions v LEFT JOIN published p ON p.name = v.name ORDER BY v.number DESC
"""


class PostgresStore:
    """A database with pgvector. Safe to share between threads."""

    def __init__(self, address: Address, cache: Path) -> None:
        """Take an address, and a folder for the files that travel beside the rows."""
        self._address, self._folder = address, folder_of(address, cache)
        self._pointer = Pointer(lambda: int(self._pointed()[3]))
        self._readers = Readers(address)

    def __str__(self) -> str:
        """The address as it may be printed."""
        return str(self._address)

    def stamp(self) -> Hashable:
        """The number of the last publication, as it was known a second ago."""
        return self._pointer.stamp()

    def is_lost(self) -> bool:
        """Whether it did not answer a second ago."""
        return self._pointer.is_lost()

    def published(self) -> Published:
        """Return what is published now, its manifest checked."""
        return self._found(self._pointed())

    def kept(self, identity: str) -> Published:
        """Return a snapshot that is still kept, by its id."""
        found = self._readers.own().rows(_KEPT, (identity,))
        if not found:
            raise not_kept(identity, self.versions())
        return self._found(found[0])

    def check(self, published: Published) -> None:
        """See that a row of each passage could be there; `verify` reads them all."""
        name = published.path.name
        see_complete(self._readers.of(published), published.manifest, f"{self._address}, {name}")

    def open(self, published: Published) -> Snapshot:
        """Open a snapshot, once the files beside its rows are in the cache."""
        reader, manifest = self._readers.of(published), published.manifest
        self.check(published)
        fetch_files(published.path, files_beside(manifest), self._file)
        kept = {version.name for version in self.versions()}
        forget_others(self._folder, kept)
        self._readers.forget_others(kept)
        count, half = manifest.passages, manifest.vectors.kind != "exact"
        engine = PostgresEngine(
            reader,
            count,
            half=half,
            walked=walked(manifest),
            parted=self._readers.is_parted(published.path.name),
        )
        sides = stored_sides(engine, StoredTexts(reader), published.path, count)
        return Snapshot(published, sides)

    def passages(self, published: Published) -> Passages:
        """Open the texts of a snapshot alone."""
        return StoredTexts(self._readers.of(published))

    def prepare(self) -> None:
        """See that a snapshot could be published; see `Store.prepare`."""
        publishing.prepare(self._address)

    def publish(self, published: Published, told: Told) -> None:
        """Load a snapshot and point to it; see `Store.publish`."""
        publishing.publish(self._address, published, told, self._is_whole)

    def _is_whole(self, name: str) -> bool:
        (row,) = self._readers.own().rows(_NAMED, (name,))
        try:
            return not self.verify(self._found(row))
        except SnapshotError:
            return False

    def roll_back(self, identity: str) -> None:
        """Point to a snapshot that is kept; see `Store.roll_back`."""
        publishing.roll_back(self._address, self.kept(identity).path.name)

    def versions(self) -> list[Version]:
        """What is kept, the one published last first."""
        own = self._readers.own()
        asked = _LISTED.format(size=size_of(citus=self._readers.citus))
        return [Version(*row) for row in own.rows(asked)]

    def verify(self, published: Published) -> list[str]:
        """Compare all rows and files of a snapshot with their checksums."""
        try:
            self.check(published)
        except DamagedError as error:
            return [str(error)]
        sums = "SELECT sha256, part, data FROM files ORDER BY sha256, part"
        found: dict[str, Any] = {}
        for sha256, _, data in self._readers.own().stream(sums):
            found.setdefault(sha256, hashlib.sha256()).update(data)
        files = {name: digest.hexdigest() for name, digest in found.items()}
        return list(problems(self._readers.of(published), published.manifest, files))

    def close(self) -> None:
        """Let go of every connection."""
        self._pointer.close()
        self._readers.close()

    def _pointed(self) -> tuple[Any, ...]:
        found = self._readers.own().rows(_PUBLISHED)
        if not found:
            raise nothing_in(self._address)
        return found[0]

    def _found(self, row: tuple[Any, ...]) -> Published:
        name, text, sha256, _ = row
        return published_as(self._address, self._folder, name, text, sha256)

    def _file(self, sha256: str) -> Iterator[bytes]:
        """The pieces of a file, one at a time."""
        query = "SELECT data FROM files WHERE sha256 = %s AND part = %s"
        for part in count():
            found = self._readers.own().rows(query, (sha256, part))
            if not found:
                return
            yield found[0][0]
