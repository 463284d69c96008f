"""The passages of a snapshot that is still kept, published or older."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import PASSAGES
from indexer.snapshot.passages import Passages
from indexer.snapshot.snapshot import quick_check


@contextmanager
def kept_passages(root: Path, snapshot: str | None = None) -> Iterator[tuple[Passages, str]]:
    """Open the passages of an index, and give them with the id of their snapshot.

    Args:
        root: folder of the index.
        snapshot: id of the one wanted; the published one if None.

    Raises:
        NotHeldError: that one is not kept.
        SnapshotError: there is none, it is damaged, or its format is another one.
    """
    folder = IndexFolder(root)
    chosen = folder.kept(snapshot) if snapshot else folder.published()
    quick_check(chosen)
    passages = Passages(chosen.path / PASSAGES)
    try:
        yield passages, chosen.manifest.id
    finally:
        passages.close()
