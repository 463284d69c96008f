"""Thin routes: from parameters to the engine and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from search_api.engine import comparison
from search_api.engine.answer import Answer, CityList, Comparison, Coverage, Timeline
from search_api.engine.coverage import cover
from search_api.engine.current import CurrentSearcher
from search_api.engine.timeline import by_date
from search_api.http import examples
from search_api.http.problems import problem
from search_api.http.schemas import Compared, Covered, Health, Page, Search

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
    return _answer(parameters, current)


def _answer(parameters: Search, current: CurrentSearcher) -> Answer:
    asked = parameters.q, parameters.k, parameters.offset, parameters.filters, parameters.group
    return current.get().ask(*asked)


@search.post("/v1/search", responses=examples.ANSWER | examples.NO_JSON)
def post_search(parameters: Search, current: Searchers) -> Answer:
    """Answer a question sent as JSON; the same as `GET /v1/search`."""
    return _answer(parameters, current)


@search.get("/v1/timeline", responses=examples.TIMELINE)
def timeline(parameters: Annotated[Search, Query()], current: Searchers) -> Timeline:
    """Give the excerpts on a question in the order of their dates."""
    plain = parameters.model_copy(update={"group": "none"})
    return by_date(_answer(plain, current))


@search.get("/v1/compare", responses=examples.COMPARISON)
def compare(parameters: Annotated[Compared, Query()], current: Searchers) -> Comparison:
    """Put one question to several cities: the best excerpt of each, or that there is none."""
    return comparison.compare(current.get(), parameters.q, parameters.city)


@search.get("/v1/cities", responses=examples.CITIES)
def cities(parameters: Annotated[Page, Query()], current: Searchers) -> CityList:
    """List the cities of which the collection speaks, those that it tells most of first."""
    searcher = current.get()
    found = searcher.cities
    return CityList(
        index=searcher.snapshot.manifest.id,
        total=len(found),
        cities=found[parameters.offset : parameters.offset + parameters.limit],
    )


@search.get("/v1/coverage", responses=examples.COVERAGE)
def coverage(parameters: Annotated[Covered, Query()], current: Searchers) -> Coverage:
    """Count passages and documents by city and topic, gaps included."""
    return cover(current.get().snapshot, parameters.topic, parameters.city)


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
        return problem(request, 503, "the index is not open yet", {"Retry-After": "1"})
    return Health(status="ok", index=current.get().snapshot.manifest.id)
