"""The passages of a snapshot that is still kept, published or older."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from indexer.snapshot.passages import Passages
from indexer.snapshot.source import Source


@contextmanager
def kept_passages(source: Source, snapshot: str | None = None) -> Iterator[tuple[Passages, str]]:
    """Open the passages of an index, and give them with the id of their snapshot.

    Args:
        source: of snapshots.
        snapshot: id of the one wanted; the published one if None.

    Raises:
        NotHeldError: that one is not kept.
        SnapshotError: there is none, it is damaged, or its format is another one.
    """
    chosen = source.kept(snapshot) if snapshot else source.published()
    passages = source.passages(chosen)
    try:
        yield passages, chosen.manifest.id
    finally:
        passages.close()
