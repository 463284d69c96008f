"""Publishes snapshots in a database, and clears away those that are no longer kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from psycopg import Connection, Error, errors, sql

from indexer.errors import BusyError
from indexer.snapshot.folder import KEEP, Published
from indexer.snapshot.manifest import parse_manifest
from indexer.stores.address import Address
from indexer.stores.postgres.loading import load, load_files
from indexer.stores.postgres.server import writing
from indexer.stores.store import Told
from indexer.stores.versions import digest_of, form_of_names, names_for

Whole = Callable[[str], bool]
"""Whether every byte of a snapshot that is kept under a name is as it was loaded."""

_KNOWN = "SELECT name FROM versions WHERE id = %s AND sha256 = %s ORDER BY number DESC LIMIT 1"
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)"


def prepare(address: Address) -> None:
    """See that a snapshot could be published, and make the store's own tables.

    Raises:
        StoreError: the server cannot be reached, is too old, or lacks the extension or a right.
    """
    with writing(address):
        pass


def publish(address: Address, published: Published, told: Told, whole: Whole) -> None:
    """Load a snapshot in one transaction, and point to it in another.

    On a Citus cluster all machines have the rows once the first has ended, and not before.

    Args:
        address: of the database.
        published: what to load, from its files.
        told: of each part that begins.
        whole: asked about the same snapshot where it is kept already.

    Raises:
        BusyError: another process is loading.
        StoreError: the server cannot be used; what was published is as it was.
    """
    identity, text = published.manifest.id, published.manifest.to_json()
    with writing(address) as connection, _turn(connection, address):
        with connection.transaction():
            found = connection.execute(_KNOWN, (identity, digest_of(text))).fetchone()
            name = found[0] if found and whole(found[0]) else None
            if name is None:
                name = _free_name(connection, address, identity)
                told("Loading files")
                load_files(connection, published)
                _note(connection, name, identity, text)
                load(connection, name, published, told)
        told("Pointing to it")
        with connection.transaction():
            point_to(connection, address, name)
        told("Clearing away")
        with connection.transaction():
            _forget_old(connection, address, identity)


def roll_back(address: Address, name: str) -> None:
    """Point to a snapshot that is kept under a name."""
    with (
        writing(address) as connection,
        _turn(connection, address),
        connection.transaction(),
    ):
        point_to(connection, address, name)


def point_to(connection: Connection[Any], address: Address, name: str) -> None:
    """Make a snapshot the published one, and the one published last."""
    own = sql.Identifier(address.name)
    for statement in (
        "UPDATE {own}.versions SET number = (SELECT max(number) + 1 FROM {own}.versions) "
        "WHERE name = %s",
        "INSERT INTO {own}.published (name) VALUES (%s) "
        "ON CONFLICT (one) DO UPDATE SET name = excluded.name",
    ):
        connection.execute(sql.SQL(statement).format(own=own), (name,))


@contextmanager
def _turn(connection: Connection[Any], address: Address) -> Iterator[None]:
    """Take the one right to publish; it ends with the connection at the latest."""
    lock = (f"publish {address.name}",)
    asked = "SELECT pg_try_advisory_lock(hashtext(%s))"
    if connection.execute(asked, lock).fetchone() != (True,):
        raise BusyError(f"{address}: another process is loading this index; wait until it is done")
    try:
        yield
    finally:
        with suppress(Error):  # of a connection that is lost: what broke it is said already
            connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", lock)


def _free_name(connection: Connection[Any], address: Address, identity: str) -> str:
    """A name that no schema has: the same content is loaded again only if it was damaged."""
    taken = {name for (name,) in connection.execute(_SCHEMAS, (f"{address.name}_{identity}",))}
    return next(name for name in names_for(address, identity) if name not in taken)


def _note(connection: Connection[Any], name: str, identity: str, text: str) -> None:
    values = (name, identity, text, digest_of(text))
    connection.execute("INSERT INTO versions VALUES (%s, %s, %s, %s, 0)", values)


def _forget_old(connection: Connection[Any], address: Address, current: str) -> None:
    """Clear away all but the last snapshots; one that is being read goes the next time."""
    kept = list[str]()
    asked = "SELECT name, id FROM versions ORDER BY number DESC"
    for name, identity in connection.execute(asked).fetchall():
        if not kept or (identity != current and len(kept) < KEEP):
            kept.append(name)
        else:
            connection.execute("DELETE FROM versions WHERE name = %s", (name,))
    form = form_of_names(address)
    for (schema,) in connection.execute(_SCHEMAS, (f"{address.name}_",)).fetchall():
        if form.fullmatch(schema) and schema not in kept:
            _drop(connection, schema)
    _forget_files(connection)


def _drop(connection: Connection[Any], schema: str) -> None:
    try:
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '3s'")
            named = sql.Identifier(schema)
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(named))
    except errors.LockNotAvailable:
        return


def _forget_files(connection: Connection[Any]) -> None:
    """Remove the files that no snapshot names any more."""
    used = {
        info.sha256
        for name, text in connection.execute("SELECT name, manifest FROM versions").fetchall()
        for info in parse_manifest(text, Path(name)).files.values()
    }
    connection.execute("DELETE FROM files WHERE sha256 <> ALL(%s)", (list(used),))
