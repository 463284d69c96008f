"""The application; it only composes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from indexer import __version__
from search_api.engine.current import CurrentSearcher
from search_api.engine.observed import Observe
from search_api.http import (
    access,
    bounds,
    caching,
    citations,
    cors,
    description,
    documents,
    mcp,
    observing,
    problems,
    request_id,
    routes,
    watching,
    widget,
)
from search_api.reranking import find_reranker
from search_api.settings import Settings, read_settings
from search_api.sources import find_source
from search_api.web import router as web


def _searchers(settings: Settings, observe: Observe) -> CurrentSearcher:
    reranker = find_reranker(settings.reranker)
    source = find_source(settings.index, settings.store, settings.cache)
    return CurrentSearcher(source, settings.answers, observe, reranker)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application of one index.

    Raises:
        SnapshotError: at start, if the index cannot be opened.
    """
    chosen = settings or read_settings()
    assistants = mcp.Endpoint(chosen)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        current = await run_in_threadpool(_searchers, chosen, observe)
        app.state.searchers = current
        async with watching.watched(current), assistants.opened(current.get):
            yield
        await run_in_threadpool(current.source.close)

    app = FastAPI(
        title="citywise",
        version=__version__,
        summary="Semantic search for networks of cities: ranked, cited excerpts.",
        lifespan=lifespan,
    )
    app.state.settings = chosen
    bounds.install(app, chosen)
    access.install(app, chosen)
    cors.install(app, chosen)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    observe = observing.install(app, chosen)
    request_id.install(app)
    access.install_proxies(app, chosen)
    routers = (routes.health, routes.search, citations.router, documents.router, widget.router)
    for router in (*routers, web.router):
        app.include_router(router)
    app.router.routes.append(assistants.route)
    described = [route for router in routers for route in router.routes]
    problems.install(app, described)
    caching.install(app)
    describe = app.openapi
    app.openapi = lambda: description.secured(  # type: ignore[method-assign]
        description.restored(describe(), described)
    )
    return app
