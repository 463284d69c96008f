"""The searcher of the published snapshot, exchanged when a newer one is published.

The new one is opened beside the old one, which answers until then: no visitor waits for it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from indexer.errors import DamagedError, FormatError, NotHeldError, SnapshotError
from indexer.snapshot.folder import KEEP, IndexFolder, Published
from indexer.snapshot.snapshot import Snapshot, full_check, quick_check
from search_api.engine.observed import Observe, unobserved
from search_api.engine.reranking import Reranker
from search_api.engine.searcher import Searcher

WARMING = "informal settlements"
"""Asked before the first visitor's question, so that theirs finds everything read."""

OPENING = "opening index"
"""Name of the thread that opens a new snapshot."""

_UNREADABLE = (SnapshotError, OSError, sqlite3.Error)
"""What opening a snapshot raises that is damaged, or cleared away meanwhile."""

_log = logging.getLogger(__name__)


class CurrentSearcher:
    """Hands out the searcher of what is published now.

    Whoever holds a searcher keeps its snapshot: an answer never mixes two. A new snapshot that
    cannot be opened is logged, and the old one goes on serving.
    """

    def __init__(
        self,
        root: Path,
        cache: int = 0,
        observe: Observe = unobserved,
        reranker: Reranker | None = None,
    ) -> None:
        """Take an index folder.

        Args:
            root: the folder.
            cache: bytes in which each snapshot's answers are kept.
            observe: is told of each answer.
            reranker: puts the first passages of every answer into its own order.
        """
        self._root, self._cache = root, cache
        self._open = partial(_opened, observe=observe, reranker=reranker)
        self._pointer = IndexFolder(root).pointer
        self._lock = threading.Lock()
        self._seen = self._stamp()
        self._searcher = self._open(IndexFolder(root).published(), cache)
        self._older = OlderSearchers(root, self._open)

    def get(self) -> Searcher:
        """Return the searcher to use for one request, at once.

        Where something else is published than is served, it begins to be opened.
        """
        if self._stamp() != self._seen and self._lock.acquire(blocking=False):
            threading.Thread(target=self._exchange, name=OPENING, daemon=True).start()
        return self._searcher

    def newest(self) -> Searcher:
        """Return the searcher of what is published now, once it is open."""
        while self._stamp() != self._seen:
            self.get()
            with self._lock:  # which whoever opens it holds
                pass
        return self._searcher

    def at(self, snapshot: str | None) -> Searcher:
        """Return the searcher of a snapshot by its id; of the published one if None.

        Raises:
            NotHeldError: it is no longer kept; names those that are.
            SnapshotError: it cannot be read.
        """
        current = self.get()
        if snapshot in (None, current.snapshot.manifest.id):
            return current
        return self._older.get(snapshot)

    def _exchange(self) -> None:
        try:
            stamp = self._stamp()
            self._serve_published(stamp)
            self._seen = stamp
        finally:
            self._lock.release()

    def _serve_published(self, stamp: tuple[int, int]) -> None:
        try:
            published = IndexFolder(self._root).published()
            if published.path != self._searcher.snapshot.path:
                self._searcher = self._open(published, self._cache)
                _log.info("serving index %s", published.manifest.id)
        except _UNREADABLE as error:
            if stamp == self._stamp():  # else it was replaced meanwhile, and the next one counts
                _log.error("the new index is not served: %s", error)

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._pointer.stat()
        except OSError:
            return (0, 0)
        return found.st_mtime_ns, found.st_ino


class OlderSearchers:
    """Opens snapshots that are kept beside the published one, and holds as many as are kept."""

    def __init__(self, root: Path, opened: Callable[[Published, int], Searcher]) -> None:
        """Take an index folder, and what opens a snapshot with bytes to keep answers in."""
        self._folder, self._open = IndexFolder(root), opened
        self._lock = threading.Lock()
        self._held: OrderedDict[Path, Searcher] = OrderedDict()

    def get(self, identity: str) -> Searcher:
        """Return the searcher of an older snapshot; it keeps no answers.

        Raises:
            NotHeldError: it is not kept, or another version of the program wrote it.
            SnapshotError: it cannot be read.
        """
        try:
            kept = self._folder.kept(identity)  # asked each time: what is cleared away is gone
        except FormatError as error:
            raise NotHeldError(
                f"snapshot {identity} is kept, but another version of citywise wrote it; "
                "ask without `snapshot`"
            ) from error
        with self._lock:
            if kept.path not in self._held:
                self._held[kept.path] = self._opened(kept)
            self._held.move_to_end(kept.path)
            if len(self._held) >= KEEP:
                self._held.popitem(last=False)
            return self._held[kept.path]

    def _opened(self, kept: Published) -> Searcher:
        try:
            return self._open(kept, 0)
        except _UNREADABLE:
            self._folder.kept(kept.manifest.id)  # cleared away meanwhile: says what is kept
            raise


def check_published(root: Path) -> None:
    """See that an index has a snapshot that is whole, without loading it.

    Raises:
        SnapshotError: there is none, it is damaged, or its format is another one.
    """
    _check(IndexFolder(root).published())


def _check(published: Published) -> None:
    quick_check(published)
    if problems := full_check(published):
        raise DamagedError(f"{problems[0]}; rebuild with `citywise index`")


def _opened(
    published: Published, cache: int, *, observe: Observe, reranker: Reranker | None
) -> Searcher:
    """Open a snapshot, once every byte of it is found to be as written."""
    _check(published)
    searcher = Searcher(Snapshot(published), cache, reranker)
    searcher.ask(WARMING)
    searcher.observe = observe  # from now on: nobody asked what warmed it
    return searcher
