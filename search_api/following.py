"""Keeps the index of a server that of a source elsewhere; its workers pick up what comes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import BusyError, SnapshotError
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.pulling import pull
from indexer.snapshot.storage import Storage

LONGEST = 300.0
"""Seconds between two looks at a source that fails time after time."""

PATIENCE = 3600.0
"""Seconds in which another process that pulls into the same folder must be done."""

_log = logging.getLogger(__name__)


@contextmanager
def following(source: str | None, index: Path, seconds: float) -> Iterator[None]:
    """Pull what a source has published, then look for newer ones until the block ends.

    Args:
        source: path or URL of an index folder; nothing happens if None.
        index: folder on this machine.
        seconds: between two looks.

    Raises:
        SnapshotError: the source cannot be used, and this machine has no index of before.
    """
    if source is None:
        yield
        return
    storage, folder = Storage(source), IndexFolder(index)
    _pull_first(storage, folder)
    ended = threading.Event()
    args = (storage, folder, seconds, ended)
    threading.Thread(target=_follow, args=args, name="following source", daemon=True).start()
    try:
        yield
    finally:
        ended.set()  # a pull that is under way dies with the process, and is gone on with


def _pull_first(source: Storage, folder: IndexFolder) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return _tell(source, folder, thorough=True)
        except BusyError as error:  # another process of this machine pulls into the same folder
            problem: SnapshotError = error
        except SnapshotError as error:
            problem, deadline = error, 0.0
        if _is_published(folder):
            return _log.error("serving the index of before: %s", problem)
        if time.monotonic() > deadline:
            raise problem
        time.sleep(0.2)


def _is_published(folder: IndexFolder) -> bool:
    try:
        folder.published()
    except SnapshotError:
        return False
    return True


def _follow(source: Storage, folder: IndexFolder, seconds: float, ended: threading.Event) -> None:
    pause, said = seconds, ""
    while not ended.wait(pause):
        try:
            _tell(source, folder, thorough=False)
            pause, said = seconds, ""
        except BusyError:
            pause = seconds
        except SnapshotError as error:
            if str(error) != said:
                _log.error("the source's index is not served: %s", error)
            pause, said = min(2 * pause, max(seconds, LONGEST)), str(error)


def _tell(source: Storage, folder: IndexFolder, *, thorough: bool) -> None:
    pulled = pull(source, folder, thorough=thorough)
    if pulled.changed:
        _log.info("pulled index %s, %d bytes", pulled.snapshot, pulled.fetched)
