"""Answers that need not be given twice: entity tags and conditional requests (RFC 9110, 8.8.3)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, cast

from fastapi import Depends, FastAPI, Request, Response

from indexer import __version__
from search_api.http.depends import preset

FRESH = "public, max-age=60, must-revalidate"
"""A minute without asking: so late may a cache show a newly published index."""


class UnchangedError(Exception):
    """What the visitor holds is what would be answered; says the headers that go with that."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__("not modified")
        self.headers = headers


class Caching:
    """Tells caches what an answer is, and ends a request whose answer the visitor holds."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request, self._response = request, response

    def check(self, snapshot: str, asked: Any) -> None:
        """Put an entity tag on the response, before anything is searched.

        The tag is weak: an answer asked again differs in its timings.

        Args:
            snapshot: id of the one that answers.
            asked: all else on which the answer depends, such that JSON can hold it; the same
                question in another spelling of its address should be the same here.

        Raises:
            UnchangedError: the visitor names this tag in `If-None-Match`.
        """
        within = preset(self._request)
        reranker = self._request.app.state.settings.reranker
        made = [__version__, snapshot, reranker or None]
        key = [*made, self._request.url.path, asked, within and within.given()]
        told = json.dumps(key, sort_keys=True)
        tag = f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": FRESH}
        if holds(self._request, tag):
            raise UnchangedError(headers)
        self._response.headers.update(headers)


async def _caching(request: Request, response: Response) -> Caching:
    return Caching(request, response)


Cached = Annotated[Caching, Depends(_caching)]


def holds(request: Request, tag: str) -> bool:
    """Whether the visitor holds what has this tag, by weak comparison."""
    held = request.headers.get("If-None-Match", "").split(",")
    return tag.removeprefix("W/") in (each.strip().removeprefix("W/") for each in held)


def install(app: FastAPI) -> None:
    """Answer requests for what the visitor holds with 304, and nothing else."""
    app.add_exception_handler(UnchangedError, _unchanged)


async def _unchanged(request: Request, error: Exception) -> Response:
    return Response(status_code=304, headers=cast(UnchangedError, error).headers)
