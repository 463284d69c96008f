"""The server's processes: they listen, share the work, and end without losing a request.

After SIGTERM a process announces its end for a while (`/readyz` says 503, every response closes its
connection), then stops listening, answers whatever it has accepted, and leaves: 10 seconds at most.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from search_api.door import Door

NOTICE = 1.0
"""Seconds in which proxies can see that no more requests should come."""

SETTLED = 0.3
"""Seconds in which a request that is on its way over an open connection arrives."""

DRAIN = 8
"""Seconds in which what was accepted must be answered."""

HEAD = 1 << 18
"""Bytes of a request's head that are read, so that too long an address gets an answer saying so."""

APP = "search_api.http.app:create_app"

DRAINING = "draining"
"""Key of the state that requests carry: present once the process is about to end."""


class Server(uvicorn.Server):
    """A uvicorn server that shares its visitors with others, and takes leave."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        if self.config.workers == 1:
            await super().startup(sockets)
            return
        await super().startup([])
        doors: list[Any] = [Door(each, self._let_in, self._visitors) for each in sockets or []]
        self.servers = doors

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Announce the end, stop listening, answer what was accepted, leave."""
        self.lifespan.state[DRAINING] = True
        headers = self.server_state.default_headers
        self.server_state.default_headers = [*headers, (b"connection", b"close")]
        await self._pause(NOTICE)
        for listening, server in zip(sockets or [], self.servers, strict=True):
            await self._take_in(listening)
            server.close()
        await self._pause(SETTLED)
        await super().shutdown(sockets)

    async def _pause(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while loop.time() < until and not self.force_exit:
            await asyncio.sleep(0.02)

    async def _take_in(self, listening: socket.socket) -> None:
        """Accept what waits in a socket: it would be dropped unheard when the socket closes."""
        loop = asyncio.get_running_loop()
        listening.setblocking(False)  # not every event loop has done so
        while True:
            try:
                accepted, _ = listening.accept()
            except BlockingIOError:
                return
            await loop.connect_accepted_socket(self._protocol, accepted)

    async def _let_in(self, accepted: socket.socket) -> None:
        await asyncio.get_running_loop().connect_accepted_socket(self._protocol, accepted)

    def _visitors(self) -> int:
        return len(self.server_state.connections)

    def _protocol(self) -> asyncio.Protocol:
        kind: Any = self.config.http_protocol_class
        made: asyncio.Protocol = kind(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made


class Worker(Process):
    """One of several processes that serve."""

    @property
    def server(self) -> uvicorn.Server:
        """The server of this process."""
        if self._server is None:
            self._server = Server(self.config)
        return self._server


class Workers(Multiprocess):
    """Processes that share a socket; one that dies is replaced."""

    def init_processes(self) -> None:
        """Start them all."""
        self.processes = [self._started() for _ in range(self.processes_num)]

    def keep_subprocess_alive(self) -> None:
        """Replace what died; give up where none can start."""
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if worker.is_alive(timeout=self.config.timeout_worker_healthcheck):
                continue
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                self.should_exit.set()
                return
            self.processes[place] = self._started()

    def terminate_all(self) -> None:
        """Let them end; the socket is theirs alone from here on, and closes with the last."""
        for listening in self.sockets:
            listening.close()
        super().terminate_all()

    def handle_hup(self) -> None:
        """Nothing: a new index is picked up by itself."""

    handle_ttin = handle_ttou = handle_hup

    def _started(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        worker.start()
        return worker


def serve(host: str, port: int, workers: int, log_config: dict[str, Any]) -> bool:
    """Serve until a signal ends it; return whether the application could be started.

    Args:
        host: address to listen on.
        port: port to listen on; 0 is any that is free.
        workers: processes.
        log_config: as `logging.config.dictConfig` takes it.
    """
    config = uvicorn.Config(
        APP,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_config=log_config,
        access_log=False,  # addresses hold questions; our own log of requests does not
        timeout_graceful_shutdown=DRAIN,
        proxy_headers=False,  # uvicorn would believe whoever asks from this machine
        server_header=False,
        h11_max_incomplete_event_size=HEAD,
    )
    sockets = [config.bind_socket()]
    if workers > 1:
        supervisor = Workers(config, sockets)
        supervisor.run()
        return all(each.exitcode != STARTUP_FAILURE for each in supervisor.processes)
    server = Server(config)
    server.run(sockets)
    return server.started
