from __future__ import annotations

import asyncio
import errno
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from search_api.door import Door


class House:
    """One of those that share a socket: an event loop of its own, and whom it has let in."""

    def __init__(self, listening: socket.socket) -> None:
        self.inside: list[socket.socket] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=[self._open(listening)])
        self._thread.start()

    async def _open(self, listening: socket.socket) -> None:
        door = Door(listening, self._let_in, lambda: len(self.inside))
        await asyncio.to_thread(self._ended.wait)
        door.close()
        await door.wait_closed()

    async def _let_in(self, accepted: socket.socket) -> None:
        self.inside.append(accepted)
        accepted.sendall(b"welcome")

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        for accepted in self.inside:
            accepted.close()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        yield bound


def visit(listening: socket.socket, visits: ExitStack) -> socket.socket:
    return visits.enter_context(socket.create_connection(listening.getsockname(), timeout=10))


def test_visitors_who_come_together_are_shared_among_all(listening: socket.socket) -> None:
    with ExitStack() as visits:
        come = [visit(listening, visits) for _ in range(16)]
        houses = [visits.enter_context(House(listening.dup())) for _ in range(2)]
        heard = {each.recv(7) for each in come}
        shares = sorted(len(house.inside) for house in houses)
    assert heard == {b"welcome"}
    assert sum(shares) == 16
    assert shares[0] >= 5


class Full(socket.socket):
    """A socket that cannot accept the first time, as where a process may open no more files."""

    tries = 0

    def accept(self) -> tuple[socket.socket, object]:
        self.tries += 1
        if self.tries == 1:
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


def test_a_visitor_who_finds_no_room_is_let_in_later(
    listening: socket.socket, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search_api.door.PAUSE", 0.01)
    full = Full(fileno=listening.detach())
    with House(full), ExitStack() as visits, caplog.at_level(logging.ERROR):
        assert visit(full, visits).recv(7) == b"welcome"
    assert [each.message for each in caplog.records] == [
        "no connection can be taken in ([Errno 24] Too many open files); trying again in a second"
    ]
