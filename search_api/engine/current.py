"""The searcher of the published snapshot, exchanged when a newer one is published."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from indexer.errors import DamagedError, SnapshotError
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import Snapshot, full_check, quick_check
from search_api.engine.searcher import Searcher

WARMING = "informal settlements"
"""Asked before the first visitor's question, so that theirs finds everything read."""

_log = logging.getLogger(__name__)


class CurrentSearcher:
    """Hands out the searcher of what is published now.

    Whoever holds a searcher keeps its snapshot: an answer never mixes two. A new snapshot that
    cannot be opened is logged, and the old one goes on serving.
    """

    def __init__(self, root: Path, cache: int = 0) -> None:
        """Take an index folder, and the bytes in which each snapshot's answers are kept."""
        self._root, self._cache = root, cache
        self._pointer = IndexFolder(root).pointer
        self._lock = threading.Lock()
        self._seen = self._stamp()
        self._searcher = _opened(root, cache)

    def get(self) -> Searcher:
        """Return the searcher to use for one request."""
        if self._stamp() != self._seen and self._lock.acquire(blocking=False):
            try:
                self._exchange()
            finally:
                self._lock.release()
        return self._searcher

    def _exchange(self) -> None:
        stamp = self._stamp()
        try:
            published = IndexFolder(self._root).published()
            if published.path != self._searcher.snapshot.path:
                self._searcher = _opened(self._root, self._cache)
                _log.info("serving index %s", published.manifest.id)
        except SnapshotError as error:
            _log.error("the new index is not served: %s", error)
        self._seen = stamp

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._pointer.stat()
        except OSError:
            return (0, 0)
        return found.st_mtime_ns, found.st_ino


def _opened(root: Path, cache: int) -> Searcher:
    """Open what is published, once every byte of it is found to be as written."""
    published = IndexFolder(root).published()
    quick_check(published)
    if problems := full_check(published):
        raise DamagedError(f"{problems[0]}; rebuild with `citywise index`")
    searcher = Searcher(Snapshot(published), cache)
    searcher.ask(WARMING)
    return searcher
