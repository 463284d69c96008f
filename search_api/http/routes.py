"""Thin routes: from parameters to the engine and back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse

from search_api.engine.answer import Answer
from search_api.engine.current import CurrentSearcher
from search_api.http import examples
from search_api.http.problems import problem
from search_api.http.schemas import Health, Search

search = APIRouter(tags=["search"], responses=examples.PROBLEMS)
health = APIRouter(tags=["health"])


def searchers(request: Request) -> CurrentSearcher:
    """Return the searchers that the application opened at its start."""
    found: CurrentSearcher = request.app.state.searchers
    return found


Searchers = Annotated[CurrentSearcher, Depends(searchers)]


@search.get("/v1/search", responses=examples.ANSWER)
def get_search(parameters: Annotated[Search, Query()], current: Searchers) -> Answer:
    """Answer a question with ranked, cited excerpts."""
    return current.get().ask(parameters.q, parameters.k, parameters.offset)


@search.post("/v1/search", responses=examples.ANSWER)
def post_search(parameters: Search, current: Searchers) -> Answer:
    """Answer a question sent as JSON; the same as `GET /v1/search`."""
    return current.get().ask(parameters.q, parameters.k, parameters.offset)


@health.head("/healthz", include_in_schema=False)
@health.get("/healthz", responses=examples.HEALTH)
def healthz() -> Health:
    """Say that the process lives."""
    return Health(status="ok")


@health.head("/readyz", response_model=Health, include_in_schema=False)
@health.get("/readyz", response_model=Health, responses=examples.READY)
def readyz(request: Request) -> Health | JSONResponse:
    """Say whether questions can be answered."""
    current: CurrentSearcher | None = getattr(request.app.state, "searchers", None)
    if current is None:
        return problem(503, "the index is not open yet", {"Retry-After": "1"})
    return Health(status="ok", index=current.get().snapshot.manifest.id)


@health.get("/", include_in_schema=False)
def root() -> Any:
    """Lead a browser to the description of the API."""
    return RedirectResponse("/docs")
