"""The tools for assistants at `/mcp`: the protocol's streamable HTTP, each request by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from search_api.engine.searcher import Searcher
from search_api.http.cors import allowed_origins
from search_api.http.depends import base
from search_api.http.problems import problem
from search_api.settings import Settings

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"

LARGEST = 1 << 18
"""Bytes of a request: the longest question with every filter full is less than half of it."""


class Endpoint:
    """Answers requests while it is open; the protocol's library is loaded with the first of them.

    Servers that no assistant asks do without it: it takes more memory than all else that speaks
    HTTP. No session is kept, so that any worker can answer any request, and answers are plain JSON.

    Which sites may ask is said once, by `CITYWISE_CORS_ORIGINS`: a browser names the site in
    `Origin`, even one whose name was rebound to this machine. `Host` says nothing here, since
    behind a proxy any name may be right; the SDK's list of hosts is therefore left aside.
    """

    def __init__(self, settings: Settings) -> None:
        self._origins = allowed_origins(settings)
        self._current: Callable[[], Searcher] | None = None
        self._running: _Running | None = None
        self._turn = asyncio.Lock()

    @property
    def route(self) -> Route:
        """The address; sessions and streams, which other methods are for, there are none."""
        return Route(PATH, self, methods=["POST"], include_in_schema=False)

    @asynccontextmanager
    async def opened(self, current: Callable[[], Searcher]) -> AsyncIterator[None]:
        """Answer with what is current, for as long as the application runs."""
        self._current = current
        try:
            yield
        finally:
            self._current, running, self._running = None, self._running, None
            if running is not None:
                await running.end()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        origin = request.headers.get("Origin")
        if self._current is None:
            refused = problem(request, 503, "the index is not open yet", {"Retry-After": "1"})
            await refused(scope, receive, send)
        elif origin is not None and not {"*", origin} & self._origins:
            refused = problem(request, 403, f"pages of {origin} may not ask here")
            await refused(scope, receive, send)
        else:
            manager = await self._managed(self._current)
            await manager.handle_request(scope, receive, send)

    async def _managed(self, current: Callable[[], Searcher]) -> StreamableHTTPSessionManager:
        async with self._turn:
            if self._running is None:
                self._running = _Running(await run_in_threadpool(_loaded, current))
                await self._running.begin()
        return self._running.manager


class _Running:
    """A manager in a task of its own: what it opened must be closed by the task that opened it."""

    def __init__(self, manager: StreamableHTTPSessionManager) -> None:
        self.manager = manager
        self._begun, self._ending = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            async with self.manager.run():
                self._begun.set()
                await self._ending.wait()
        finally:
            self._begun.set()  # who waits for a manager that cannot run hears so from it

    async def begin(self) -> None:
        """Wait until it takes requests."""
        await self._begun.wait()

    async def end(self) -> None:
        """Let it end."""
        self._ending.set()
        await self._task


def _loaded(current: Callable[[], Searcher]) -> StreamableHTTPSessionManager:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from search_api.mcp.server import make_server

    server = make_server(current, lambda request: base(request))
    return StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=LARGEST
    )
