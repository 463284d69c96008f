"""Tables parted among the machines of a Citus cluster, where a database is one's coordinator.

Vectors, words and tokens are parted by passage, texts by document, postings by blocks of passages,
so that each machine finds its own best and the coordinator merges these. The rest is small and on
every machine. What is said here of Citus is its documentation's: docs.citusdata.com.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from indexer.errors import StoreError
from indexer.stores.address import Address
from indexer.stores.postgres.schema import Table

CITUS = 11
"""The oldest Citus: with it schemas, rights and functions reach all machines by themselves."""

_VERSION = "SELECT extversion FROM pg_extension WHERE extname = 'citus'"

PARTED = "SELECT 1 FROM pg_dist_partition WHERE logicalrelid = to_regclass(%s)"
"""Gives a row if a table is parted; a snapshot of before Citus came is not."""

PROPAGATED = "-c citus.propagate_set_commands=local"
"""Option of sessions whose transactions' settings reach all machines."""

_KNOWN = "c.oid IN (SELECT logicalrelid FROM pg_dist_partition)"
_PLAIN = "pg_total_relation_size(c.oid)"

_SUMMED = f"CASE WHEN {_KNOWN} THEN citus_total_relation_size(c.oid) ELSE {_PLAIN} END"


def has_citus(connection: Connection[Any]) -> bool:
    """Whether the database is a coordinator."""
    return connection.execute(_VERSION).fetchone() is not None


def check_citus(connection: Connection[Any], address: Address) -> None:
    """See that Citus, where it is, is one that is known.

    Raises:
        StoreError: it is too old.
    """
    found = connection.execute(_VERSION).fetchone()
    if found is not None and int(found[0].partition(".")[0]) < CITUS:
        raise StoreError(
            f"{address}: its extension citus is {found[0]}, {CITUS} or newer is needed; have its "
            "administrator update it on every machine"
        )


def begin(connection: Connection[Any]) -> None:
    """Say how a transaction that makes parted tables and fills them has to be done.

    One connection to each machine sees what was done before, and settings go with every statement.
    """
    connection.execute("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'")
    connection.execute("SET LOCAL citus.propagate_set_commands TO 'local'")


def distribute(connection: Connection[Any], tables: Iterable[Table]) -> None:
    """Part tables that are empty; small ones are put on every machine.

    Args:
        connection: in a transaction, with the tables' schema before others in its search path.
        tables: one that others lie beside comes before these.
    """
    for table in tables:
        if table.shard is None:
            connection.execute("SELECT create_reference_table(%s)", (table.name,))
        else:
            connection.execute(
                "SELECT create_distributed_table(%s, %s, colocate_with => %s)",
                (table.name, table.shard, table.beside or "none"),
            )


def size_of(*, citus: bool) -> str:
    """The expression that gives the bytes of a table `c` of `pg_class`, all machines together."""
    return _SUMMED if citus else _PLAIN
