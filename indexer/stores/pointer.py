"""Watches which snapshot a store publishes, so that asking costs a question nothing."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from contextlib import suppress

from indexer.errors import SnapshotError

INTERVAL = 1.0
"""Seconds between two looks."""

LAG = 60.0
"""Seconds for which an older publication is taken for that of a replica which lags behind."""

_log = logging.getLogger(__name__)


class Pointer:
    """Reads the number of the last publication, in a thread of its own once it is first asked."""

    def __init__(self, read: Callable[[], int]) -> None:
        """Take what reads the number from the store; it may raise SnapshotError."""
        self._read = read
        self._number = self._recovered = 0
        self._newest = time.monotonic()
        self._lost = False
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def stamp(self) -> Hashable:
        """The number, and how often the store was lost and found again.

        What could not be opened while it was lost is tried again once it is found.
        """
        with self._lock:
            if self._thread is None:
                with suppress(SnapshotError):  # whoever opens what is published says why
                    self._number = self._read()
                self._thread = threading.Thread(target=self._watch, name="pointer", daemon=True)
                self._thread.start()
                # Before the end of the program closes what is read through.
                weakref.finalize(self, self._ended.set)
        return self._number, self._recovered

    def is_lost(self) -> bool:
        """Whether the store did not answer when it was last looked at."""
        return self._lost

    def _watch(self) -> None:
        while not self._ended.wait(INTERVAL):
            try:
                self._take(self._read())
            except SnapshotError as error:
                if not self._lost:
                    _log.warning("the store is lost: %s", error)
                self._lost = True

    def _take(self, number: int) -> None:
        if self._lost:
            self._lost, self._recovered = False, self._recovered + 1
        if number >= self._number:
            self._newest = time.monotonic()
        elif time.monotonic() - self._newest < LAG:
            return
        self._number = number

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
