"""Where a process takes in connections: one by one, so that processes with one socket share them.

Event loops take in all that waits at once: of sixteen visitors who come together one process would
have all, and the others none.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine
from typing import Any

BACKLOG = 2048
"""Connections that may wait to be taken in."""

HESITATION, MOST = 0.0005, 4
"""Seconds that a process waits for each connection it has, and for how many at most: whoever has
fewer takes the next one in, and a crowd waits for nobody long."""

PAUSE = 1.0
"""Seconds after which a process tries again if the system has no room for a connection."""

_log = logging.getLogger(__name__)


class Door:
    """Takes in the connections of a socket, until it is closed.

    Args:
        listening: bound to an address; other processes may listen to it as well.
        let_in: serves a connection.
        inside: how many are served now.
    """

    def __init__(
        self,
        listening: socket.socket,
        let_in: Callable[[socket.socket], Coroutine[Any, Any, None]],
        inside: Callable[[], int],
    ) -> None:
        self._socket, self._let_in, self._inside = listening, let_in, inside
        self._loop = asyncio.get_running_loop()
        self._entering: set[asyncio.Task[None]] = set()
        self._next: asyncio.TimerHandle | None = None
        listening.setblocking(False)
        listening.listen(BACKLOG)
        self._watch()

    def close(self) -> None:
        """Take in no more; the socket is closed, or visitors would wait at it for nobody."""
        if self._socket.fileno() == -1:
            return
        self._loop.remove_reader(self._socket)
        self._socket.close()
        if self._next is not None:
            self._next.cancel()

    async def wait_closed(self) -> None:
        """Wait until all that were taken in are served."""
        await asyncio.gather(*self._entering, return_exceptions=True)  # who left is no fault

    def _watch(self) -> None:
        self._next = None
        self._loop.add_reader(self._socket, self._knocked)

    def _knocked(self) -> None:
        self._loop.remove_reader(self._socket)
        waiting = HESITATION * min(self._inside(), MOST)
        self._next = self._loop.call_later(waiting, self._open)

    def _open(self) -> None:
        try:
            accepted, _ = self._socket.accept()
        except (BlockingIOError, ConnectionAbortedError):
            pass  # another process was quicker, or the visitor has left
        except OSError as error:
            _log.error("no connection can be taken in (%s); trying again in a second", error)
            self._next = self._loop.call_later(PAUSE, self._watch)
            return
        else:
            task = self._loop.create_task(self._let_in(accepted))
            self._entering.add(task)
            task.add_done_callback(self._entering.discard)
        self._watch()
