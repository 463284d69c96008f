"""The searcher of the published snapshot, exchanged when a newer one is published.

The new one is opened beside the old one, which answers until then: no visitor waits for it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path

from indexer.errors import FormatError, NotHeldError, SnapshotError
from indexer.snapshot.folder import KEEP, Published
from indexer.snapshot.source import FolderSource, Source
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
        source: Source | Path,
        cache: int = 0,
        observe: Observe = unobserved,
        reranker: Reranker | None = None,
    ) -> None:
        """Take where snapshots come from.

        Args:
            source: it, or an index folder.
            cache: bytes in which each snapshot's answers are kept.
            observe: is told of each answer.
            reranker: puts the first passages of every answer into its own order.
        """
        self.source = FolderSource(source) if isinstance(source, Path) else source
        self._cache = cache
        self._open = partial(_opened, self.source, observe=observe, reranker=reranker)
        self._lock = threading.Lock()
        self._seen = self.source.stamp()
        self._searcher = self._open(self.source.published(), cache)
        self._older = OlderSearchers(self.source, self._open)

    def get(self) -> Searcher:
        """Return the searcher to use for one request, at once.

        Where something else is published than is served, it begins to be opened.
        """
        if self.source.stamp() != self._seen and self._lock.acquire(blocking=False):
            threading.Thread(target=self._exchange, name=OPENING, daemon=True).start()
        return self._searcher

    def newest(self) -> Searcher:
        """Return the searcher of what is published now, once it is open."""
        while self.source.stamp() != self._seen:
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
            stamp = self.source.stamp()
            self._serve_published(stamp)
            self._seen = stamp
        finally:
            self._lock.release()

    def _serve_published(self, stamp: Hashable) -> None:
        try:
            published = self.source.published()
            if published.path != self._searcher.snapshot.path:
                self._searcher = self._open(published, self._cache)
                _log.info("serving index %s", published.manifest.id)
        except _UNREADABLE as error:
            if stamp == self.source.stamp():  # else it was replaced, and the next one counts
                _log.error("the new index is not served: %s", error)


class OlderSearchers:
    """Opens snapshots that are kept beside the published one, and holds as many as are kept."""

    def __init__(self, source: Source, opened: Callable[[Published, int], Searcher]) -> None:
        """Take the source, and what opens a snapshot with bytes to keep answers in."""
        self._source, self._open = source, opened
        self._lock = threading.Lock()
        self._held: OrderedDict[Path, Searcher] = OrderedDict()

    def get(self, identity: str) -> Searcher:
        """Return the searcher of an older snapshot; it keeps no answers.

        Raises:
            NotHeldError: it is not kept, or another version of the program wrote it.
            SnapshotError: it cannot be read.
        """
        try:
            kept = self._source.kept(identity)  # asked each time: what is cleared away is gone
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
            self._source.kept(kept.manifest.id)  # cleared away meanwhile: says what is kept
            raise


def check_published(source: Source) -> None:
    """See that a source has a snapshot that is whole, without loading it.

    Raises:
        SnapshotError: there is none, it is damaged, or its format is another one.
    """
    source.check(source.published())


def _opened(
    source: Source,
    published: Published,
    cache: int,
    *,
    observe: Observe,
    reranker: Reranker | None,
) -> Searcher:
    """Open a snapshot, once it is found to be whole."""
    source.check(published)
    searcher = Searcher(source.open(published), cache, reranker)
    searcher.ask(WARMING)
    searcher.observe = observe  # from now on: nobody asked what warmed it
    return searcher
