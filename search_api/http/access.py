"""Asks the gate about each request that shows something of the collection."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from search_api.http.gate import Admitted, Asking, Gate, RefusedError, opens
from search_api.http.problems import problem
from search_api.keys import FORM
from search_api.settings import Settings
from search_api.web.refusals import refusal

HEADER = "X-Citywise-Key"
PARAMETER = "key"

OPEN = (
    "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/redoc", "/opensearch.xml",
    "/llms.txt", "/static/", "/widget/", "/embed",
)  # fmt: skip
"""Addresses that show nothing of the collection but its size; whatever is new is not open."""


class Access:
    """Answers what the gate refuses, and tells the routes what it presets."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._gate = Gate(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http" or scope["path"].startswith(OPEN):
            await self.app(scope, receive, send)
            return
        api = _is_api(scope["path"])
        given = _without_key(scope) if api else None
        try:
            admitted = self._gate.admit(_asking(scope, given, api))
        except RefusedError as refused:
            request = Request(scope, receive)
            response = (_problem if api else _page)(request, refused)
            await response(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        state |= {"preset": admitted.preset, "key": given}
        await self.app(scope, receive, _telling(scope["path"], admitted, send))


def _is_api(path: str) -> bool:
    return path.startswith("/v1/") or path == "/mcp"


def _without_key(scope: Scope) -> str | None:
    """Take the key out of an address, so that it is no part of the question, and return it."""
    query: bytes = scope["query_string"]
    if b"key=" not in query:
        return None
    parts = query.split(b"&")
    begin = f"{PARAMETER}=".encode()
    keys = [part for part in parts if part.startswith(begin)]
    scope["query_string"] = b"&".join(part for part in parts if part not in keys)
    return unquote_plus(keys[0].removeprefix(begin).decode("latin-1")) if keys else None


def _asking(scope: Scope, in_address: str | None, api: bool) -> Asking:
    headers = Headers(scope=scope)
    client = scope.get("client")
    return Asking(
        path=scope["path"],
        key=(headers.get(HEADER) or _bearer(headers) or in_address or None) if api else None,
        origin=headers.get("Origin"),
        ours=headers.get("Sec-Fetch-Site") == "same-origin",
        address=client[0] if client else "",
    )


def _bearer(headers: Headers) -> str | None:
    """A key as a bearer token (RFC 6750); tokens of others, such as a proxy's, are not ours."""
    kind, _, token = headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" and FORM.fullmatch(token) else None


def _telling(path: str, admitted: Admitted, send: Send) -> Send:
    """Add to a response what the visitor has left, and who may be given it again."""
    share = admitted.share
    if share is None and not admitted.private and not opens(path):
        return send

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(share.headers() if share else {})
            if opens(path):
                headers.add_vary_header(f"Authorization, {HEADER}")
            if admitted.private and headers.get("Cache-Control", "").startswith("public"):
                headers["Cache-Control"] = headers["Cache-Control"].replace("public", "private", 1)
        await send(message)

    return told


def _problem(request: Request, refused: RefusedError) -> Response:
    return problem(request, refused.status, refused.detail, refused.headers)


def _page(request: Request, refused: RefusedError) -> Response:
    return refusal(request, refused.status, refused.headers)


def install(app: FastAPI, settings: Settings) -> None:
    """Ask the gate from here on; what is added behind this is outside of it."""
    app.add_middleware(Access, settings=settings)


def install_proxies(app: FastAPI, settings: Settings) -> None:
    """Believe the proxies of `CITYWISE_PROXIES`, and nobody else, about who asks and how."""
    if settings.proxies:
        trusted = [proxy.strip() for proxy in settings.proxies.split(",")]
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=trusted)
