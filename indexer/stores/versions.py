"""How stores name the snapshots that they keep, and what they say of them, in the same words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import chain, count
from pathlib import Path

from indexer.errors import DamagedError, NoSnapshotError, NotHeldError
from indexer.snapshot.folder import Published
from indexer.snapshot.manifest import MANIFEST, parse_manifest
from indexer.stores.address import Address
from indexer.stores.store import Version


def folder_of(address: Address, cache: Path) -> Path:
    """The folder of a cache in which files of a store's snapshots are kept."""
    digest = hashlib.sha256(f"{address} {address.name}".encode()).hexdigest()[:16]
    return cache / "stores" / digest


def names_for(address: Address, identity: str) -> Iterator[str]:
    """Names that a snapshot may have, without end: the first one that is free is taken."""
    first = f"{address.name}_{identity}"
    return chain([first], (f"{first}_{number}" for number in count(2)))


def form_of_names(address: Address) -> re.Pattern[str]:
    """What every name of a snapshot of this index looks like, and no other."""
    return re.compile(rf"{address.name}_[0-9a-f]{{16}}(_\d+)?")


def digest_of(manifest: str) -> str:
    """SHA-256 of a manifest, by which a change of it is seen."""
    return hashlib.sha256(manifest.encode()).hexdigest()


def published_as(
    address: Address, folder: Path, name: str, manifest: str, sha256: str
) -> Published:
    """A snapshot by what a store says of it.

    Args:
        address: of the store.
        folder: for the files of its snapshots.
        name: of the snapshot.
        manifest: as it is kept.
        sha256: that it had.

    Raises:
        DamagedError: the manifest is another one.
    """
    if digest_of(manifest) != sha256:
        raise DamagedError(
            f"{address}, {name}: the manifest differs from its checksum; load the index again "
            "with `citywise index --store`"
        )
    return Published(folder / name, parse_manifest(manifest, Path(name) / MANIFEST))


def not_kept(identity: str, versions: Iterable[Version]) -> NotHeldError:
    """What to raise where a snapshot is asked for that is not among those that are kept."""
    kept = ", ".join(sorted({version.id for version in versions}))
    return NotHeldError(f"snapshot {identity} is not kept; kept are: {kept or 'none'}")


def nothing_in(address: Address) -> NoSnapshotError:
    """What to raise where nothing is published."""
    return NoSnapshotError(
        f"{address}: no index {address.name} here; load one with "
        "`citywise index CORPUS --store URL`"
    )
