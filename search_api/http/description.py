"""The API's own description: what FastAPI leaves out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from search_api.http.gate import OPENED

_KEYS: dict[str, dict[str, str]] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Citywise-Key"},
    "address": {"type": "apiKey", "in": "query", "name": "key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
"""Ways to send an embed key; none is needed where the collection is open."""


def secured(schema: dict[str, Any]) -> dict[str, Any]:
    """Say which operations take an embed key, and how."""
    schema["components"]["securitySchemes"] = _KEYS
    for path in OPENED:
        for operation in schema["paths"][path].values():
            operation["security"] = [{}, *({name: []} for name in _KEYS)]
    return schema


def restored(schema: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Put examples back as they are: FastAPI leaves out whatever is null in them."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                described = schema["paths"][route.path_format][method.lower()]["responses"]
                for status, response in route.responses.items():
                    for media, shown in response.get("content", {}).items():
                        described[str(status)]["content"][media]["example"] = shown["example"]
    return schema
