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
from threading import Lock
from typing import Any

import psycopg
from psycopg import Connection

from indexer.errors import DamagedError, FormatError, NoSnapshotError, NotHeldError, SnapshotError
from indexer.snapshot.folder import Published
from indexer.snapshot.manifest import MANIFEST, Manifest, parse_manifest
from indexer.snapshot.passages import Passages
from indexer.snapshot.snapshot import Snapshot
from indexer.stores.address import Address
from indexer.stores.files import fetch_files, forget_others
from indexer.stores.parts import files_beside
from indexer.stores.pointer import Pointer
from indexer.stores.postgres import publishing
from indexer.stores.postgres.asking import Reader, connection_text, translated
from indexer.stores.postgres.checking import problems, see_complete
from indexer.stores.postgres.engine import PostgresEngine, session_options, settings_of
from indexer.stores.postgres.schema import MIGRATIONS, walked
from indexer.stores.postgres.server import extension_of, newer
from indexer.stores.postgres.sharding import PARTED, PROPAGATED, has_citus, size_of
from indexer.stores.postgres.texts import StoredTexts
from indexer.stores.sides import stored_sides
from indexer.stores.store import Told, Version

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
        self._address = address
        digest = hashlib.sha256(f"{address} {address.name}".encode()).hexdigest()[:16]
        self._folder = cache / "stores" / digest
        self._pointer = Pointer(lambda: int(self._pointed()[3]))
        self._lock = Lock()
        self._readers: dict[str, Reader] = {}
        self._extension, self._citus = "", False

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
        found = self._own().rows(_KEPT, (identity,))
        if not found:
            kept = ", ".join(sorted({version.id for version in self.versions()}))
            raise NotHeldError(f"snapshot {identity} is not kept; kept are: {kept or 'none'}")
        return self._found(found[0])

    def check(self, published: Published) -> None:
        """See that a row of each passage could be there; `verify` reads them all."""
        name = published.path.name
        see_complete(self._reader(published), published.manifest, f"{self._address}, {name}")

    def open(self, published: Published) -> Snapshot:
        """Open a snapshot, once the files beside its rows are in the cache."""
        reader, manifest = self._reader(published), published.manifest
        self.check(published)
        fetch_files(published.path, files_beside(manifest), self._file)
        self._forget_others({version.name for version in self.versions()})
        count, half = manifest.passages, manifest.vectors.kind != "exact"
        engine = PostgresEngine(
            reader,
            count,
            half=half,
            walked=walked(manifest),
            parted=self._is_parted(published.path.name),
        )
        sides = stored_sides(engine, StoredTexts(reader), published.path, count)
        return Snapshot(published, sides)

    def _forget_others(self, kept: set[str]) -> None:
        """Forget what is no longer kept; whoever still has it open closes it in the end."""
        forget_others(self._folder, kept)
        with self._lock:
            for name in self._readers.keys() - kept - {self._address.name}:
                del self._readers[name]

    def passages(self, published: Published) -> Passages:
        """Open the texts of a snapshot alone."""
        return StoredTexts(self._reader(published))

    def prepare(self) -> None:
        """See that a snapshot could be published; see `Store.prepare`."""
        publishing.prepare(self._address)

    def publish(self, published: Published, told: Told) -> None:
        """Load a snapshot and point to it; see `Store.publish`."""
        publishing.publish(self._address, published, told, self._is_whole)

    def _is_whole(self, name: str) -> bool:
        (row,) = self._own().rows(_NAMED, (name,))
        try:
            return not self.verify(self._found(row))
        except SnapshotError:
            return False

    def roll_back(self, identity: str) -> None:
        """Point to a snapshot that is kept; see `Store.roll_back`."""
        publishing.roll_back(self._address, self.kept(identity).path.name)

    def versions(self) -> list[Version]:
        """What is kept, the one published last first."""
        own = self._own()
        return [Version(*row) for row in own.rows(_LISTED.format(size=size_of(citus=self._citus)))]

    def verify(self, published: Published) -> list[str]:
        """Compare all rows and files of a snapshot with their checksums."""
        try:
            self.check(published)
        except DamagedError as error:
            return [str(error)]
        sums = "SELECT sha256, part, data FROM files ORDER BY sha256, part"
        found: dict[str, Any] = {}
        for sha256, _, data in self._own().stream(sums):
            found.setdefault(sha256, hashlib.sha256()).update(data)
        files = {name: digest.hexdigest() for name, digest in found.items()}
        return list(problems(self._reader(published), published.manifest, files))

    def close(self) -> None:
        """Let go of every connection."""
        self._pointer.close()
        with self._lock:
            for reader in self._readers.values():
                reader.close()
            self._readers.clear()

    def _pointed(self) -> tuple[Any, ...]:
        found = self._own().rows(_PUBLISHED)
        if not found:
            raise self._nothing()
        return found[0]

    def _nothing(self) -> NoSnapshotError:
        return NoSnapshotError(
            f"{self._address}: no index {self._address.name} here; load one with "
            "`citywise index CORPUS --store URL`"
        )

    def _found(self, row: tuple[Any, ...]) -> Published:
        name, text, sha256, _ = row
        if publishing.digest_of(text) != sha256:
            raise DamagedError(
                f"{self._address}, {name}: the manifest differs from its checksum; load the index "
                "again with `citywise index --store`"
            )
        path = self._folder / name
        return Published(path, parse_manifest(text, Path(name) / MANIFEST))

    def _file(self, sha256: str) -> Iterator[bytes]:
        """The pieces of a file, one at a time."""
        query = "SELECT data FROM files WHERE sha256 = %s AND part = %s"
        for part in count():
            found = self._own().rows(query, (sha256, part))
            if not found:
                return
            yield found[0][0]

    def _own(self) -> Reader:
        """The reader of the store's own tables."""
        with self._lock:
            if self._address.name not in self._readers:
                self._extension = self._seen()
                settings = settings_of(self._address.seconds, walked=False)
                options = session_options(self._address.name, settings)
                self._readers[self._address.name] = Reader(
                    self._address, options, lambda connection: None
                )
            return self._readers[self._address.name]

    def _seen(self) -> str:
        """Connect once, so that what is wrong is said as it is; return where pgvector is."""
        text = connection_text(self._address)
        with translated(self._address), psycopg.connect(text, autocommit=True) as connection:
            schema = self._address.name
            extension = extension_of(connection, self._address)
            self._citus = has_citus(connection)
            held = connection.execute(
                "SELECT to_regclass(%s)", (f"{schema}.migrations",)
            ).fetchone()
            if extension is None or held is None or held[0] is None:
                raise self._nothing()
            asked = f"SELECT max(version) FROM {schema}.migrations"  # noqa: S608 - our own name
            (version,) = connection.execute(asked).fetchone()  # type: ignore[misc]
            if version > len(MIGRATIONS):
                raise FormatError(newer(self._address, version))
        return extension

    def _reader(self, published: Published) -> Reader:
        """The reader of a snapshot's schema; hosts that have not yet heard of it are not asked."""
        self._own()
        name = published.path.name
        with self._lock:
            if (held := self._readers.get(name)) is not None:
                return held
        parted = self._is_parted(name)
        with self._lock:
            if name not in self._readers:
                self._readers[name] = self._opened(name, published.manifest, parted=parted)
            return self._readers[name]

    def _opened(self, name: str, manifest: Manifest, *, parted: bool) -> Reader:
        settings = settings_of(self._address.seconds, walked=walked(manifest))
        options = session_options(f"{name},{self._extension}", {} if parted else settings)
        if not parted:
            return Reader(self._address, options, _having(name))
        # What a session sets stays on the coordinator; what a transaction sets reaches them all.
        local = [f"SET LOCAL {key} TO '{value}'" for key, value in settings.items()]
        options += f" {PROPAGATED}"
        return Reader(self._address, options, _having(name), local)

    def _is_parted(self, name: str) -> bool:
        """Whether a snapshot's tables are on the machines of a Citus cluster."""
        own = self._own()
        return self._citus and bool(own.rows(PARTED, (f"{name}.vectors",)))


def _having(schema: str) -> Any:
    """Refuses a connection to a host that lacks a schema, as a replica that lags behind does."""

    def see(connection: Connection[Any]) -> None:
        found = connection.execute("SELECT to_regclass(%s)", (f"{schema}.checks",)).fetchone()
        if not found or found[0] is None:
            raise psycopg.OperationalError(f"{connection.info.host} lacks {schema}")

    return see
