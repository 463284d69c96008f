"""Whether a snapshot in PostgreSQL is whole: at a glance, and by every checksum."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.errors import DamagedError
from indexer.snapshot.manifest import Manifest
from indexer.stores.parts import files_beside
from indexer.stores.postgres.asking import Reader
from indexer.stores.postgres.loading import batches, digest, tables
from indexer.stores.postgres.schema import Table

_HELD = ("passages", "vectors", "words", "tokens")

_KIND = """
SELECT format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = 'vectors'::regclass AND attname = 'embedding'
"""


def see_complete(reader: Reader, manifest: Manifest, place: str) -> None:
    """See that a row of each passage could be there, and that vectors are those of the model.

    Args:
        reader: of the snapshot.
        manifest: the snapshot's.
        place: where it is, for the message.

    Raises:
        DamagedError: names the first table that is not.
    """
    for name in _HELD:
        ((count,),) = reader.rows(f"SELECT coalesce(max(row), -1) + 1 FROM {name}")  # noqa: S608
        if count != manifest.passages:
            raise DamagedError(
                f"{place}: {name} has {count:,} of {manifest.passages:,} passages; load the index "
                "again with `citywise index --store`"
            )
    ((kind,),) = reader.rows(_KIND)
    half = manifest.vectors.kind != "exact"
    wanted = f"{'halfvec' if half else 'vector'}({manifest.model.dimension})"
    if kind != wanted:
        raise DamagedError(
            f"{place}: vectors are {kind}, those of the model {manifest.model.name} are {wanted}; "
            "load the index again with `citywise index --store`"
        )


def problems(reader: Reader, manifest: Manifest, files: dict[str, str]) -> Iterator[str]:
    """Yield a sentence for each thing that is not as it was loaded.

    Args:
        reader: of the snapshot.
        manifest: the snapshot's.
        files: SHA-256 of each file beside the rows, as the store holds it, by the one it should be.
    """
    for name, info in files_beside(manifest).items():
        found = files.get(info.sha256)
        if found != info.sha256:
            yield f"{name}: {'missing' if found is None else 'differs from its checksum'}"
    half = manifest.vectors.kind != "exact"
    for table in tables(manifest.model.dimension, half=half):
        yield from _wrong(reader, table)


def _wrong(reader: Reader, table: Table) -> Iterator[str]:
    query = "SELECT number, sha256 FROM checks WHERE part = %s ORDER BY number"
    expected = dict(reader.rows(query, (table.name,)))
    found = {n: digest(batch) for n, batch in enumerate(batches(reader.stream(table.selected)))}
    wrong = [n for n in expected.keys() | found.keys() if expected.get(n) != found.get(n)]
    if wrong:
        count = max(len(expected), len(found))
        yield (
            f"{table.name}: {len(wrong)} of {count} parts differ from their checksums, the first "
            f"of them part {min(wrong)}"
        )
