"""Connections to the schemas of a database: the store's own, and one for each snapshot."""

from __future__ import annotations

from collections.abc import Set
from threading import Lock
from typing import Any

import psycopg
from psycopg import Connection

from indexer.errors import FormatError
from indexer.snapshot.folder import Published
from indexer.snapshot.manifest import Manifest
from indexer.stores.address import Address
from indexer.stores.postgres.asking import Reader, connection_text, translated
from indexer.stores.postgres.engine import session_options, settings_of
from indexer.stores.postgres.schema import MIGRATIONS, walked
from indexer.stores.postgres.server import extension_of, newer
from indexer.stores.postgres.sharding import PARTED, PROPAGATED, has_citus
from indexer.stores.versions import nothing_in


class Readers:
    """Opens a reader once it is first asked for. Safe to share between threads.

    Attributes:
        citus: whether the database has Citus; known once `own` was asked for.
    """

    def __init__(self, address: Address) -> None:
        """Take the address of the database."""
        self._address = address
        self._lock = Lock()
        self._held: dict[str, Reader] = {}
        self._extension, self.citus = "", False

    def own(self) -> Reader:
        """The reader of the store's own tables.

        Raises:
            NoSnapshotError: there are none.
            FormatError: they are those of a newer program.
        """
        with self._lock:
            if self._address.name not in self._held:
                self._extension = self._seen()
                settings = settings_of(self._address.seconds, walked=False)
                options = session_options(self._address.name, settings)
                self._held[self._address.name] = Reader(
                    self._address, options, lambda connection: None
                )
            return self._held[self._address.name]

    def of(self, published: Published) -> Reader:
        """The reader of a snapshot's schema; hosts that have not yet heard of it are not asked."""
        self.own()
        name = published.path.name
        with self._lock:
            if (held := self._held.get(name)) is not None:
                return held
        parted = self.is_parted(name)
        with self._lock:
            if name not in self._held:
                self._held[name] = self._opened(name, published.manifest, parted=parted)
            return self._held[name]

    def is_parted(self, name: str) -> bool:
        """Whether a snapshot's tables are on the machines of a Citus cluster."""
        own = self.own()
        return self.citus and bool(own.rows(PARTED, (f"{name}.vectors",)))

    def forget_others(self, kept: Set[str]) -> None:
        """Forget those of snapshots that are no longer kept; whoever has one open closes it."""
        with self._lock:
            for name in self._held.keys() - kept - {self._address.name}:
                del self._held[name]

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            for reader in self._held.values():
                reader.close()
            self._held.clear()

    def _seen(self) -> str:
        """Connect once, so that what is wrong is said as it is; return where pgvector is."""
        text = connection_text(self._address)
        with translated(self._address), psycopg.connect(text, autocommit=True) as connection:
            schema = self._address.name
            extension = extension_of(connection, self._address)
            self.citus = has_citus(connection)
            held = connection.execute(
                "SELECT to_regclass(%s)", (f"{schema}.migrations",)
            ).fetchone()
            if extension is None or held is None or held[0] is None:
                raise nothing_in(self._address)
            asked = f"SELECT max(version) FROM {schema}.migrations"  # noqa: S608 - our own name
            (version,) = connection.execute(asked).fetchone()  # type: ignore[misc]
            if version > len(MIGRATIONS):
                raise FormatError(newer(self._address, version))
        return extension

    def _opened(self, name: str, manifest: Manifest, *, parted: bool) -> Reader:
        settings = settings_of(self._address.seconds, walked=walked(manifest))
        options = session_options(f"{name},{self._extension}", {} if parted else settings)
        if not parted:
            return Reader(self._address, options, _having(name))
        # What a session sets stays on the coordinator; what a transaction sets reaches them all.
        local = [f"SET LOCAL {key} TO '{value}'" for key, value in settings.items()]
        options += f" {PROPAGATED}"
        return Reader(self._address, options, _having(name), local)


def _having(schema: str) -> Any:
    """Refuses a connection to a host that lacks a schema, as a replica that lags behind does."""

    def see(connection: Connection[Any]) -> None:
        found = connection.execute("SELECT to_regclass(%s)", (f"{schema}.checks",)).fetchone()
        if not found or found[0] is None:
            raise psycopg.OperationalError(f"{connection.info.host} lacks {schema}")

    return see
