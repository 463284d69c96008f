"""What became of each request: told when its response has been sent."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}

PROBES = {"/healthz", "/readyz", "/metrics"}
"""Asked every few seconds: logged only when they fail."""

PLAIN = {"/mcp", "/openapi.json", "/docs"}
"""Addresses for which FastAPI notes no route."""

UNKNOWN = "unknown"
"""Of an address that is none of ours: what it says is not logged."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """A request that was answered.

    Attributes:
        method: of HTTP, or "other".
        route: the address as the program has it, `/v1/passages/{id}`: without what was asked.
        status: of the response.
        seconds: from the request's head to the last byte of the response.
    """

    method: str
    route: str
    status: int
    seconds: float


Tell = Callable[[Done], None]


class Journal:
    """Tells of each request."""

    def __init__(self, app: ASGIApp, tell: Sequence[Tell]) -> None:
        self.app, self._tell = app, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and tell of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"
            done = Done(method, _route(scope), int(status), time.perf_counter() - began)
            for tell in self._tell:
                tell(done)


def _route(scope: Scope) -> str:
    if (route := scope.get("route")) is not None:
        return str(route.path)
    return scope["path"] if scope["path"] in PLAIN else UNKNOWN


def log(done: Done) -> None:
    """Write a line of the log: no address of a visitor, and nothing of a question."""
    if done.route in PROBES and done.status < 400:
        return
    told = {
        "method": done.method,
        "route": done.route,
        "status": done.status,
        "ms": round(done.seconds * 1000, 1),
    }
    _log.info("answered", extra={"told": told})


def install(app: FastAPI, tell: Sequence[Tell]) -> None:
    """Have each request told of; what is added behind this is outside of it."""
    app.add_middleware(Journal, tell=tell)
