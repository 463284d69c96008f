"""The connection that publishes: what the server must be able to do, and its tables' version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection, sql

from indexer.errors import FormatError, StoreError
from indexer.stores.address import Address
from indexer.stores.postgres.asking import connection_text, translated
from indexer.stores.postgres.schema import MIGRATIONS
from indexer.stores.postgres.sharding import check_citus

SERVER = 14
"""The oldest PostgreSQL whose COPY freezes what an index-only scan trusts at once."""

EXTENSION = (0, 8)
"""The oldest pgvector: with it a filtered walk goes on until enough is found."""

_MIGRATED = """
CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY, applied timestamptz NOT NULL)
"""


@contextmanager
def writing(address: Address) -> Iterator[Connection[Any]]:
    """Connect to the host that takes writes, and see that all that is needed is there.

    Raises:
        StoreError: the server cannot be reached, is too old, or lacks the extension or a right.
        FormatError: a newer program made the tables.
    """
    text = connection_text(address, target_session_attrs="read-write")
    with translated(address), psycopg.connect(text, autocommit=True) as connection:
        _check_server(connection, address)
        check_citus(connection, address)
        path = f"{address.name},{_extension(connection, address)}"
        connection.execute("SELECT set_config('search_path', %s, false)", (path,))
        _migrate(connection, address)
        yield connection


def _check_server(connection: Connection[Any], address: Address) -> None:
    if connection.info.server_version < SERVER * 10_000:
        version = connection.info.parameter_status("server_version")
        raise StoreError(f"{address}: PostgreSQL {version} is too old; {SERVER} or newer is needed")


def extension_of(connection: Connection[Any], address: Address) -> str | None:
    """The schema in which pgvector is, None if it is not.

    Raises:
        StoreError: it is too old.
    """
    found = connection.execute(
        "SELECT extversion, extnamespace::regnamespace::text FROM pg_extension "
        "WHERE extname = 'vector'"
    ).fetchone()
    if found is None:
        return None
    version, schema = found
    if tuple(map(int, version.split(".")[:2])) < EXTENSION:
        needed = ".".join(map(str, EXTENSION))
        raise StoreError(
            f"{address}: its extension vector is {version}, {needed} or newer is needed; have its "
            "administrator run ALTER EXTENSION vector UPDATE"
        )
    return str(schema)


def _extension(connection: Connection[Any], address: Address) -> str:
    """The schema in which pgvector is; it is made where that is permitted."""
    if (schema := extension_of(connection, address)) is not None:
        return schema
    try:
        connection.execute("CREATE EXTENSION vector")
    except psycopg.Error as error:
        raise StoreError(
            f"{address}: the extension vector is missing; have the database's administrator run "
            "CREATE EXTENSION vector"
        ) from error
    return str(extension_of(connection, address))


def _migrate(connection: Connection[Any], address: Address) -> None:
    """Bring the store's own tables up to date; several processes may want to at once."""
    schema = sql.Identifier(address.name)
    with connection.transaction():
        connection.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", (f"migrate {address.name}",)
        )
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
        connection.execute(_MIGRATED)
        (version,) = connection.execute(
            "SELECT coalesce(max(version), 0) FROM migrations"
        ).fetchone()  # type: ignore[misc]
        if version > len(MIGRATIONS):
            raise FormatError(newer(address, version))
        for number, statements in enumerate(MIGRATIONS[version:], version + 1):
            connection.execute(statements)
            connection.execute("INSERT INTO migrations VALUES (%s, now())", (number,))


def newer(address: Address, version: int) -> str:
    """What to say of tables that a newer program made."""
    return (
        f"{address}: its tables are of version {version}, this program knows {len(MIGRATIONS)}; "
        "update citywise"
    )
