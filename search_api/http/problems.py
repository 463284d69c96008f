"""RFC 9457 problem details: one shape for every error."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from indexer.errors import (
    CitationError,
    CitywiseError,
    NotHeldError,
    QuestionError,
    SnapshotError,
)
from search_api.http.request_id import HEADER, request_id

MEDIA_TYPE = "application/problem+json"

_PHRASES = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}
"""As RFC 9110 has them; older Pythons know earlier names."""

UNFORESEEN = "an error of the program; its log says more"
NO_JSON = "body: no valid JSON"

_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong, by RFC 9457."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What is wrong with this request, and what to do.")
    request_id: str = Field(description="Names the request, as the header `X-Request-ID` does.")


def problem(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Make a response of a status and a sentence; no cache keeps it."""
    title, identity = _PHRASES.get(status) or HTTPStatus(status).phrase, request_id(request)
    body = Problem(title=title, status=status, detail=detail, request_id=identity)
    # Named here too: the answer to an unforeseen error is written outside of all middleware.
    own = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", HEADER: identity}
    sent = {**own, **(headers or {})}
    return JSONResponse(body.model_dump(), status, sent, MEDIA_TYPE)


def install(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Have every error of an app answered as a problem; its routes tell which methods are right."""
    app.state.routes = routes
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(CitywiseError, _ours)
    app.add_exception_handler(Exception, _unforeseen)


async def _http(request: Request, error: Exception) -> JSONResponse:
    error = cast(HTTPException, error)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _methods(request)):
        headers["Allow"] = ", ".join(methods)
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return problem(request, error.status_code, error.detail, headers)
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's, of a body that breaks its parser
        return problem(request, error.status_code, NO_JSON, headers)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    return problem(request, error.status_code, detail, headers)


def _methods(request: Request) -> list[str]:
    """Methods that an address of ours answers, over all of its routes."""
    routes = (route for route in request.app.state.routes if isinstance(route, APIRoute))
    here = (route for route in routes if route.path_regex.match(request.url.path))
    return sorted({method for route in here for method in route.methods or ()})


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    faults = cast(RequestValidationError, error).errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem(request, 400, NO_JSON)
    return problem(request, 422, "; ".join(_sentence(fault) for fault in faults))


def _sentence(fault: dict[str, Any]) -> str:
    """A fault in words: the parameter or field, and what is wrong with it."""
    field = ".".join(map(str, fault["loc"][1:])) or "body"
    return f"{field}: {fault['msg'].removeprefix('Value error, ')}"


async def _ours(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, QuestionError | CitationError):
        return problem(request, 422, str(error))
    if isinstance(error, NotHeldError):
        return problem(request, 404, str(error))
    if isinstance(error, SnapshotError):
        _log.error("request %s: %s", request_id(request), error)
        return problem(request, 503, "the index cannot be read at present", {"Retry-After": "30"})
    return problem(request, 500, str(error))


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    _log.error("request %s met an unforeseen error; it follows", request_id(request))
    return problem(request, 500, UNFORESEEN)
