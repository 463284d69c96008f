"""Keeps the index of a server that of a source elsewhere; its workers pick up what comes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import BusyError, SnapshotError
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.pulling import pull
from indexer.snapshot.storage import Storage

LONGEST = 300.0
"""Seconds between two looks at a source that fails time after time."""

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
    try:
        _tell(source, folder, thorough=True)
    except SnapshotError as error:
        try:
            folder.published()
        except SnapshotError:
            raise error from None
        _log.error("serving the index of before: %s", error)


def _follow(source: Storage, folder: IndexFolder, seconds: float, ended: threading.Event) -> None:
    pause, said = seconds, ""
    while not ended.wait(pause):
        try:
            _tell(source, folder, thorough=False)
            pause, said = seconds, ""
        except BusyError:  # another process of this machine pulls into the same folder
            pause = seconds
        except SnapshotError as error:
            if str(error) != said:
                _log.error("the source's index is not served: %s", error)
            pause, said = min(2 * pause, max(seconds, LONGEST)), str(error)


def _tell(source: Storage, folder: IndexFolder, *, thorough: bool) -> None:
    pulled = pull(source, folder, thorough=thorough)
    if pulled.changed:
        _log.info("pulled index %s, %d bytes", pulled.snapshot, pulled.fetched)
