"""A name for every request, by which a visitor's problem is found again in a log."""

from __future__ import annotations

import re
import uuid

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.logs import REQUEST

HEADER = "X-Request-ID"

_SANE = re.compile(r"[A-Za-z0-9._:=+/-]{1,128}")
"""What proxies send: UUIDs, trace ids. Anything else could forge a line of a log."""


class RequestId:
    """Names each request, as a proxy before us did or anew, and says the name in the response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with its name among the headers, as nothing but what it says it is."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        identity = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = identity
        REQUEST.set(identity)  # each request runs in a context of its own

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers[HEADER] = identity
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        await self.app(scope, receive, named)


def request_id(request: Request) -> str:
    """Return the name of a request."""
    identity: str = request.state.request_id
    return identity


def install(app: FastAPI) -> None:
    """Name every request; what is added behind this is outside of it."""
    app.add_middleware(RequestId)
