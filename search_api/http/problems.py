"""RFC 9457 problem details: one shape for every error."""

from __future__ import annotations

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

MEDIA_TYPE = "application/problem+json"

_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""As RFC 9110 has them; older Pythons know earlier names."""


class Problem(BaseModel):
    """What went wrong, by RFC 9457."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What is wrong with this request, and what to do.")


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Make a response of a status and a sentence."""
    title = _PHRASES.get(status) or HTTPStatus(status).phrase
    body = Problem(title=title, status=status, detail=detail)
    return JSONResponse(body.model_dump(), status, headers, MEDIA_TYPE)


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
    detail = f"{request.method} {request.url.path}: {error.detail}"
    return problem(error.status_code, detail, headers)


def _methods(request: Request) -> list[str]:
    """Methods that an address of ours answers, over all of its routes."""
    routes = (route for route in request.app.state.routes if isinstance(route, APIRoute))
    here = (route for route in routes if route.path_regex.match(request.url.path))
    return sorted({method for route in here for method in route.methods or ()})


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    faults = cast(RequestValidationError, error).errors()
    return problem(422, "; ".join(_sentence(fault) for fault in faults))


def _sentence(fault: dict[str, Any]) -> str:
    """A fault in words: the parameter or field, and what is wrong with it."""
    if fault["type"] == "json_invalid":
        return "body: no valid JSON"
    field = ".".join(map(str, fault["loc"][1:])) or "body"
    return f"{field}: {fault['msg'].removeprefix('Value error, ')}"


async def _ours(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, QuestionError | CitationError):
        return problem(422, str(error))
    if isinstance(error, NotHeldError):
        return problem(404, str(error))
    if isinstance(error, SnapshotError):
        return problem(503, "the index cannot be read at present", {"Retry-After": "30"})
    return problem(500, str(error))


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "an error of the program; its log says more")
