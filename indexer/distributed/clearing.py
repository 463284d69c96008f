"""Clears away shards that none of the last builds has used.

    builds/INDEX/TIME    names of the shards that a build used, one a line
    begun/INDEX          those that the last build knew of when it began

INDEX is a digest of a machine and a folder there: several corpora may share a storage. A shard that
was written within a day stays, since a build that is under way may need it; one that is missed all
the same is made again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from indexer.distributed.shards import Kind
from indexer.snapshot.storage import Storage

BUILDS = 3
"""Builds of each index whose shards are kept."""

DAY = 86_400.0
"""Seconds for which a shard is kept in any case."""

_SHARD = re.compile(r"[a-z]+/[0-9a-f]{2}/[0-9a-f]{64}")


def note_begun(storage: Storage, index: str, used: Iterable[str]) -> None:
    """Keep what a build needs from its beginning on."""
    storage.write(f"begun/{index}", "\n".join(used).encode())


def clear(storage: Storage, index: str, used: Iterable[str], now: float) -> int:
    """Note what a build has used, and remove what none of the last ones did.

    Args:
        storage: of the shards.
        index: digest of what was built, and where.
        used: names of shards.
        now: seconds since 1970.

    Returns:
        How many shards were removed.

    Raises:
        StorageError: it cannot be read or written.
    """
    storage.write(f"builds/{index}/{now:017.6f}", "\n".join(sorted(set(used))).encode())
    wanted = _wanted(storage)
    old = [
        name
        for kind in get_args(Kind)
        for name, written in storage.written(kind).items()
        if now - written > DAY and _SHARD.fullmatch(name) and name not in wanted
    ]
    for name in old:
        storage.remove(name)
    return len(old)


def _wanted(storage: Storage) -> set[str]:
    """The shards of the last builds of each index; lists of older ones are removed."""
    names = [f"begun/{index}" for index in storage.names("begun")]
    for index in storage.names("builds"):
        builds = [f"builds/{index}/{build}" for build in storage.names(f"builds/{index}")]
        names += builds[-BUILDS:]
        for build in builds[:-BUILDS]:
            storage.remove(build)
    return {shard for name in names for shard in (storage.read(name) or b"").decode().split()}
