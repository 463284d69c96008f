"""Asking a PostgreSQL server: a pool of connections, broken ones replaced, errors in words."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection, conninfo, errors
from psycopg_pool import ConnectionPool

from indexer.errors import StoreError, first_line
from indexer.stores.address import Address

CONNECTING = 3
"""Seconds after which a host that does not answer is passed over."""

WAITING = 3.0
"""Seconds that a question waits for a connection: long enough to find another host."""

TRIES = 3
"""How often a question is asked whose connection breaks; nothing that is read is changed by it."""

STREAMED = 512
"""Rows that are on their way at once where all of a table are read."""

_GONE = ("57P", "08", "25006")
"""States by which a server says that it is about to leave, or not the one to write to."""

# On a terminal the sentence that is raised is enough; a server's log has its own handlers.
logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())


def connection_text(address: Address, **ours: str) -> str:
    """What the driver connects with; what the address says itself is not overruled.

    Raises:
        StoreError: the driver does not understand the address.
    """
    try:
        given = conninfo.conninfo_to_dict(address.url)
        defaults = {"connect_timeout": str(CONNECTING), "application_name": "citywise"}
        options = " ".join(filter(None, (str(given.pop("options", "")), ours.pop("options", ""))))
        return conninfo.make_conninfo("", **{**defaults, **ours, "options": options, **given})
    except psycopg.ProgrammingError as error:
        raise StoreError(
            f"{address}: no address that PostgreSQL's driver understands ({first_line(error)})"
        ) from error


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """Say in one sentence what the driver or the server raises."""
    try:
        yield
    except errors.QueryCanceled as error:
        raise StoreError(
            f"{address}: no answer within {address.seconds:g} s; see the server's load, or set "
            "timeout= in the address"
        ) from error
    except errors.InsufficientPrivilege as error:
        raise StoreError(
            f"{address}: the role may not do this ({first_line(error)}); grant it what "
            "docs/stores.md lists"
        ) from error
    except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
        raise StoreError(
            f"{address}: what was asked is no longer kept there ({first_line(error)}); ask again"
        ) from error
    except psycopg.Error as error:
        if unreachable(error):
            raise StoreError(
                f"{address}: cannot be reached ({first_line(error)}); see that the server runs and "
                "that the address is right"
            ) from error
        raise StoreError(f"{address}: refused ({first_line(error)})") from error


def unreachable(error: psycopg.Error) -> bool:
    """Whether it was the connection that failed, not what was asked."""
    if not isinstance(error, psycopg.OperationalError) or isinstance(error, errors.QueryCanceled):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_GONE)


class Reader:
    """Reads through a pool whose connections are to any of the hosts that answer.

    A connection that breaks while it is asked is replaced, and the question asked again.
    """

    def __init__(
        self,
        address: Address,
        options: str,
        configure: Callable[[Any], None],
        local: Sequence[str] = (),
    ) -> None:
        """Open the pool.

        Args:
            address: of the hosts.
            options: settings of the session.
            configure: is given each new connection; one that it raises on is not used.
            local: statements before each question, in its transaction.
        """
        self._address, self._local = address, local
        self._pool = ConnectionPool(
            connection_text(address, options=options, load_balance_hosts="random"),
            min_size=1,
            max_size=address.connections,
            timeout=WAITING,
            reconnect_timeout=WAITING,
            configure=configure,
            kwargs={"autocommit": True},
            open=True,
        )
        self.close = weakref.finalize(self, self._pool.close, WAITING)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query gives.

        Raises:
            StoreError: the server cannot be reached, is too slow or refuses.
        """
        with translated(self._address):
            for _ in range(TRIES - 1):
                try:
                    return self._asked(query, values)
                except psycopg.OperationalError as error:
                    if not unreachable(error):
                        raise
                    self._pool.check()  # the others may be broken as well
            return self._asked(query, values)

    def _asked(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._pool.connection() as connection, self._transaction(connection):
            return _executed(connection, query, values)

    @contextmanager
    def _transaction(self, connection: Connection[Any]) -> Iterator[None]:
        """A transaction, where something is to be said in it first."""
        if not self._local:
            yield
            return
        with connection.transaction():
            for statement in self._local:
                connection.execute(statement.encode())
            yield

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield all that a query gives, some rows at a time; not asked again once it has begun."""
        with (
            translated(self._address),
            self._pool.connection() as connection,
            connection.transaction(),
            self._transaction(connection),
            connection.cursor("streamed", binary=True) as cursor,
        ):
            cursor.itersize = STREAMED
            cursor.execute(query)
            yield from cursor


def _executed(
    connection: Connection[Any], query: str, values: Sequence[Any]
) -> list[tuple[Any, ...]]:
    cursor = connection.cursor(binary=True)
    return cursor.execute(query, values or None).fetchall()
