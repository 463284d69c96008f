"""The one way to a store beyond this machine: its driver is loaded here, when one is named."""

from __future__ import annotations

from pathlib import Path

from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.source import FolderSource, Source


def find_source(index: Path, store: str | None, cache: Path) -> Source:
    """Return what snapshots come from.

    Args:
        index: folder of the index.
        store: URL of a store that is asked instead; none if None.
        cache: folder for what a store keeps in files.

    Raises:
        StoreError: there is no such kind of store, or its address cannot be.
        MissingExtraError: its driver is not installed.
    """
    if not store:
        return FolderSource(index)
    from indexer.stores.opening import open_store

    return open_store(store, cache)


def open_published(source: Source) -> Snapshot:
    """Open what is published.

    Raises:
        SnapshotError: nothing is, or it cannot be used.
    """
    return source.open(source.published())
