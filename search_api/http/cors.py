"""Which pages of other sites may ask the API (the Fetch standard's CORS protocol)."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

from search_api.settings import Settings

EXPOSED = [
    "ETag",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Server-Timing",
    "X-Request-ID",
]
"""Headers that a script of another site may read; without it a browser hides them."""


_KEYS = ["Authorization", "X-Citywise-Key"]
"""Headers that may hold an embed key."""

_PROTOCOL = ["MCP-Protocol-Version", "MCP-Method", "MCP-Name"]
"""Headers with which an assistant in a browser says what it asks of `/mcp`."""


def allowed_origins(settings: Settings) -> set[str]:
    """Return the sites whose pages may ask; "*" stands for all of them."""
    return {origin.strip() for origin in settings.cors_origins.split(",")}


class ApiCors(CORSMiddleware):
    """CORS for the API alone: what the page stores, no other site's script may send or read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with the headers of CORS where it is one to the API."""
        api = scope["type"] == "http" and (
            scope["path"].startswith("/v1/") or scope["path"] == "/mcp"
        )
        await (super().__call__ if api else self.app)(scope, receive, send)


def install(app: FastAPI, settings: Settings) -> None:
    """Let the sites of `CITYWISE_CORS_ORIGINS` ask the API, without cookies or passwords."""
    app.add_middleware(
        ApiCors,
        allow_origins=sorted(allowed_origins(settings)),
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type", *_KEYS, *_PROTOCOL],
        expose_headers=EXPOSED,
    )
