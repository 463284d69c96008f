"""Thin routes: from parameters to the engine and back."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from search_api.engine import comparison
from search_api.engine.answer import Answer, CityList, Comparison, Coverage, Timeline
from search_api.engine.coverage import cover
from search_api.engine.current import CurrentSearcher
from search_api.engine.filters import Filters
from search_api.engine.searcher import Searcher
from search_api.engine.suggestion import Suggestions
from search_api.engine.timeline import by_date
from search_api.exports import SUFFIXES, ExportFormat, export
from search_api.exports.spreadsheet import MARK
from search_api.http import examples, refusals
from search_api.http.caching import Cached
from search_api.http.depends import Base, Preset, Searchers
from search_api.http.paging import Pages
from search_api.http.problems import problem
from search_api.http.schemas import Compared, Covered, Health, Page, Question, Search, Sought, Typed

search = APIRouter(tags=["search"], responses=refusals.PROBLEMS)
health = APIRouter(tags=["health"])


@search.get(
    "/v1/search",
    response_model=Answer,
    responses=examples.FILES | refusals.WITH_KEY | refusals.NO_SNAPSHOT | examples.UNCHANGED,
)
def get_search(
    parameters: Annotated[Sought, Query()],
    pages: Pages,
    cached: Cached,
    address: Base,
    preset: Preset,
    response: Response,
) -> Response:
    """Answer a question with ranked, cited excerpts, as JSON or as a file to save."""
    asked, k, form = parameters.asked(), parameters.k, parameters.format
    searcher, offset = pages.open(parameters.cursor, parameters.offset, asked, parameters.snapshot)
    today = datetime.now(UTC).date()
    said = [] if form == "json" else [address, today.isoformat()]  # what permalinks and notes say
    cached.check(searcher.snapshot.manifest.id, [parameters.normal(), *said])
    answer = _answer(parameters, searcher, offset, preset, response)
    pages.link(searcher, offset, k, len(answer.results) == k, asked)
    if form == "json":
        return _whole(answer, response)
    media_type, text = export(answer, form, base=address, accessed=today)
    text = f"{MARK}{text}" if form == "csv" else text
    return Response(text, headers={**response.headers, **_saved(form)}, media_type=media_type)


def _whole(answer: Answer, response: Response) -> Response:
    """An answer as it is: made by our own types, it need not be checked once more."""
    return Response(answer.model_dump_json(), 200, response.headers, "application/json")


def _saved(form: ExportFormat) -> dict[str, str]:
    """What makes a browser save a file, and take it for nothing else."""
    name = f"citywise{SUFFIXES[form]}"
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }


def _answer(
    question: Question, searcher: Searcher, offset: int, preset: Filters | None, response: Response
) -> Answer:
    filters = replace(question.filters, within=preset)
    answer = searcher.ask(question.q, question.k, offset, filters, question.group)
    taken = answer.timings_ms.model_dump()
    response.headers["Server-Timing"] = ", ".join(f"{name};dur={ms}" for name, ms in taken.items())
    return answer


@search.post(
    "/v1/search",
    response_model=Answer,
    responses=examples.ANSWER | refusals.WITH_KEY | refusals.NO_SNAPSHOT | refusals.NO_JSON,
)
def post_search(parameters: Search, pages: Pages, preset: Preset, response: Response) -> Response:
    """Answer a question sent as JSON; the same as `GET /v1/search`."""
    found = pages.open(
        parameters.cursor, parameters.offset, parameters.asked(), parameters.snapshot
    )
    return _whole(_answer(parameters, *found, preset, response), response)


@search.get(
    "/v1/timeline",
    responses=examples.TIMELINE | refusals.WITH_KEY | refusals.NO_SNAPSHOT | examples.UNCHANGED,
)
def timeline(
    parameters: Annotated[Question, Query()],
    current: Searchers,
    cached: Cached,
    preset: Preset,
    response: Response,
) -> Timeline:
    """Give the excerpts on a question in the order of their dates."""
    searcher = current.at(parameters.snapshot)
    plain = parameters.model_copy(update={"group": "none"})
    cached.check(searcher.snapshot.manifest.id, plain.normal())
    return by_date(_answer(plain, searcher, plain.offset, preset, response))


@search.get(
    "/v1/compare",
    responses=examples.COMPARISON | refusals.WITH_KEY | refusals.NO_SNAPSHOT | examples.UNCHANGED,
)
def compare(
    parameters: Annotated[Compared, Query()],
    current: Searchers,
    cached: Cached,
    preset: Preset,
    response: Response,
) -> Comparison:
    """Put one question to several cities: the best excerpt of each, or that there is none."""
    began = time.perf_counter()
    searcher = current.at(parameters.snapshot)
    cached.check(searcher.snapshot.manifest.id, parameters.normal())
    filters = replace(parameters.filters, within=preset)
    found = comparison.compare(searcher, parameters.q, parameters.city, filters)
    response.headers["Server-Timing"] = f"total;dur={(time.perf_counter() - began) * 1000:.3f}"
    return found


@search.get("/v1/cities", responses=examples.CITIES | refusals.NO_SNAPSHOT | examples.UNCHANGED)
def cities(parameters: Annotated[Page, Query()], pages: Pages, cached: Cached) -> CityList:
    """List the cities of which the collection speaks, those that it tells most of first."""
    wanted = parameters.snapshot
    searcher, offset = pages.open(parameters.cursor, parameters.offset, snapshot=wanted)
    cached.check(searcher.snapshot.manifest.id, [parameters.limit, offset])
    found, end = searcher.cities, offset + parameters.limit
    pages.link(searcher, offset, parameters.limit, end < len(found))
    return CityList(index=searcher.snapshot.manifest.id, total=len(found), cities=found[offset:end])


@search.get(
    "/v1/suggest",
    response_model=Suggestions,
    responses=examples.SUGGESTIONS | refusals.WITH_KEY | refusals.NO_SNAPSHOT | examples.UNCHANGED,
)
def suggest(
    parameters: Annotated[Typed, Query()],
    current: Searchers,
    cached: Cached,
    preset: Preset,
    response: Response,
) -> Suggestions | JSONResponse:
    """Complete what is typed with cities, topics, titles and listed questions."""
    searcher = current.at(parameters.snapshot)
    index = searcher.snapshot.manifest.id
    cached.check(index, parameters.model_dump())
    suggester = searcher.suggester_within(preset)
    found = suggester.complete(parameters.q, parameters.limit)
    if parameters.format == "opensearch":
        told = [parameters.q, [each.text for each in found]]
        return JSONResponse(told, headers=dict(response.headers), media_type=examples.OPENSEARCH)
    return Suggestions(index=index, suggestions=found)


@search.get("/v1/coverage", responses=examples.COVERAGE | refusals.NO_SNAPSHOT | examples.UNCHANGED)
def coverage(
    parameters: Annotated[Covered, Query()], current: Searchers, cached: Cached
) -> Coverage:
    """Count passages and documents by city and topic, gaps included."""
    snapshot = current.at(parameters.snapshot).snapshot
    cached.check(snapshot.manifest.id, parameters.model_dump())
    return cover(snapshot, parameters.topic, parameters.city)


@health.head("/healthz", include_in_schema=False)
@health.get("/healthz", responses=examples.HEALTH)
async def healthz() -> Health:
    """Say that the process lives."""
    return Health(status="ok")


@health.head("/readyz", response_model=Health, include_in_schema=False)
@health.get("/readyz", response_model=Health, responses=examples.READY)
async def readyz(request: Request) -> Health | JSONResponse:
    """Say whether questions can be answered."""
    current: CurrentSearcher | None = getattr(request.app.state, "searchers", None)
    if current is None:
        return problem(request, 503, "the index is not open yet", {"Retry-After": "1"})
    if getattr(request.state, "draining", False):
        return problem(request, 503, "the server is about to end", {"Retry-After": "5"})
    found = await to_thread.run_sync(current.get, limiter=_probing())  # never behind a question
    return Health(status="ok", index=found.snapshot.manifest.id)


@cache
def _probing() -> CapacityLimiter:
    return CapacityLimiter(1)
