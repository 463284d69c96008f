"""The tools for assistants at `/mcp`: the protocol's streamable HTTP, each request by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from search_api.http.cors import allowed_origins
from search_api.http.depends import base
from search_api.http.problems import problem
from search_api.mcp.server import Current, make_server
from search_api.settings import Settings

PATH = "/mcp"

LARGEST = 1 << 18
"""Bytes of a request: the longest question with every filter full is less than half of it."""


class Endpoint:
    """Answers requests while it is open.

    No session is kept, so that any worker can answer any request, and answers are plain JSON.

    Which sites may ask is said once, by `CITYWISE_CORS_ORIGINS`: a browser names the site in
    `Origin`, even one whose name was rebound to this machine. `Host` says nothing here, since
    behind a proxy any name may be right; the SDK's list of hosts is therefore left aside.
    """

    def __init__(self, settings: Settings) -> None:
        self._origins = allowed_origins(settings)
        self._manager: StreamableHTTPSessionManager | None = None

    @property
    def route(self) -> Route:
        """The address; sessions and streams, which other methods are for, there are none."""
        return Route(PATH, self, methods=["POST"], include_in_schema=False)

    @asynccontextmanager
    async def opened(self, current: Current) -> AsyncIterator[None]:
        """Answer with what is current, for as long as the application runs."""
        server = make_server(current, lambda request: base(request))
        self._manager = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=LARGEST
        )
        async with self._manager.run():
            yield
        self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        origin = request.headers.get("Origin")
        if self._manager is None:
            refused = problem(request, 503, "the index is not open yet", {"Retry-After": "1"})
            await refused(scope, receive, send)
        elif origin is not None and not {"*", origin} & self._origins:
            refused = problem(request, 403, f"pages of {origin} may not ask here")
            await refused(scope, receive, send)
        else:
            await self._manager.handle_request(scope, receive, send)
