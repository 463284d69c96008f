"""A stand-in for Citus: functions of its names that check what it would, and note their calls.

Nothing is parted here. What it shows is what citywise sends, in which order, and that the tables,
the keys and the questions are right on one machine; a server that `CITYWISE_TEST_CITUS` names shows
the rest.
"""

from __future__ import annotations

import re

from tests.stores.cluster import Cluster

_MADE = """
SET allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
VALUES (4000000, 'citus', 10, 'pg_catalog'::regnamespace, false, '{version}');
CREATE TABLE pg_catalog.pg_dist_partition (
    number serial, logicalrelid regclass, shard text, beside text
);
GRANT SELECT ON pg_dist_partition TO public;
CREATE FUNCTION pg_catalog.create_distributed_table(
    table_name regclass, distribution_column text, colocate_with text DEFAULT 'default'
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    held boolean;
    part int2 := attnum FROM pg_attribute
        WHERE attrelid = table_name AND attname = distribution_column;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', table_name) INTO STRICT held;
    ASSERT NOT held, 'the table has rows, which cannot be moved in sequential mode';
    ASSERT current_setting('citus.multi_shard_modify_mode') = 'sequential', 'parallel';
    ASSERT NOT EXISTS (
        SELECT FROM pg_index WHERE indrelid = table_name AND indisunique AND part <> ALL(indkey)
    ), 'a unique index lacks the distribution column';
    ASSERT colocate_with = 'none' OR EXISTS (
        SELECT FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass
    ), 'the other table is not distributed';
    INSERT INTO pg_dist_partition (logicalrelid, shard, beside)
    VALUES (table_name, distribution_column, colocate_with);
END $$;
CREATE FUNCTION pg_catalog.create_reference_table(table_name regclass)
RETURNS void LANGUAGE sql SECURITY DEFINER AS
    'INSERT INTO pg_dist_partition (logicalrelid) VALUES (table_name)';
CREATE FUNCTION pg_catalog.citus_total_relation_size(logicalrelid regclass)
RETURNS bigint LANGUAGE sql AS 'SELECT 7';
"""

_SAID = re.compile(r"LOG:  (?:statement|execute \S+): (.*?)(?=\n\d{4}-|\Z)", re.DOTALL)


class StandIn:
    """A database that takes itself for a coordinator, and whose server logs what it is told."""

    def __init__(self, cluster: Cluster, name: str, version: str = "13.0-1") -> None:
        self._cluster, self._name = cluster, name
        cluster.execute(f"CREATE DATABASE {name}")
        cluster.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
        self._version = version
        self._read = 0

    @property
    def url(self) -> str:
        return self._cluster.url(database=self._name)

    def install(self) -> None:
        self._cluster.execute(_MADE.format(version=self._version), self._name)

    def heard(self) -> list[str]:
        """The statements since this was asked last, in their order."""
        log = (self._cluster.folder / "log").read_text()
        new, self._read = log[self._read :], len(log)
        return [" ".join(found.split()) for found in _SAID.findall(new)]

    def parted(self) -> list[tuple[object, ...]]:
        """Tables without their schema, what parts them, what they lie beside."""
        return self._cluster.execute(
            "SELECT relname, shard, beside FROM pg_dist_partition JOIN pg_class c "
            "ON c.oid = logicalrelid ORDER BY number",
            self._name,
        )
