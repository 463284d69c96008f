"""Where published snapshots come from: an index folder of this machine, or what else keeps them."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

from indexer.errors import DamagedError
from indexer.snapshot.folder import IndexFolder, Published
from indexer.snapshot.manifest import PASSAGES
from indexer.snapshot.passages import Passages
from indexer.snapshot.snapshot import Snapshot, check_vectors, full_check, quick_check


class Source(Protocol):
    """Hands out what is published. Safe to share between threads.

    Each method but the first two raises SnapshotError where the source, or what it keeps, cannot be
    used.
    """

    def stamp(self) -> Hashable:
        """What differs once something else is published; asking for it costs next to nothing."""
        ...

    def is_lost(self) -> bool:
        """Whether it did not answer when it was last looked at; asking costs next to nothing."""
        ...

    def published(self) -> Published:
        """Return what is published now."""
        ...

    def kept(self, identity: str) -> Published:
        """Return a snapshot that is still kept by its id, else raise NotHeldError."""
        ...

    def check(self, published: Published) -> None:
        """Find out, without loading it, whether a snapshot is whole enough to be served."""
        ...

    def verify(self, published: Published) -> list[str]:
        """Compare all of a snapshot with its checksums: a sentence for each thing that is wrong."""
        ...

    def open(self, published: Published) -> Snapshot:
        """Open a snapshot."""
        ...

    def passages(self, published: Published) -> Passages:
        """Open the texts of a snapshot alone; whoever asks closes them."""
        ...

    def close(self) -> None:
        """Let go of connections, if there are any."""
        ...


class FolderSource:
    """An index folder as a source."""

    def __init__(self, root: Path) -> None:
        self._folder = IndexFolder(root)

    def stamp(self) -> Hashable:
        """Date and number of the pointer's file."""
        try:
            found = self._folder.pointer.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def is_lost(self) -> bool:
        """Never: what is served is open."""
        return False

    def published(self) -> Published:
        """See `IndexFolder.published`."""
        return self._folder.published()

    def kept(self, identity: str) -> Published:
        """See `IndexFolder.kept`."""
        return self._folder.kept(identity)

    def check(self, published: Published) -> None:
        """See that every byte of a snapshot is as written.

        Raises:
            DamagedError: names the first thing that is wrong.
        """
        quick_check(published)
        if problems := full_check(published):
            raise DamagedError(f"{problems[0]}; rebuild with `citywise index`")

    def verify(self, published: Published) -> list[str]:
        """See `full_check`."""
        return full_check(published)

    def open(self, published: Published) -> Snapshot:
        """Open a snapshot from its files, once its vectors are what was written."""
        quick_check(published)
        check_vectors(published)
        return Snapshot(published)

    def passages(self, published: Published) -> Passages:
        """Open the passage file of a snapshot."""
        quick_check(published)
        return Passages(published.path / PASSAGES)

    def close(self) -> None:
        """Nothing: a folder is not held."""
