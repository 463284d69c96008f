"""Who is told of requests and answers: the log and the figures, each if it is wanted."""

from __future__ import annotations

import logging

from fastapi import FastAPI

from indexer.snapshot.manifest import Manifest
from search_api.engine.observed import Asked, Observe
from search_api.http import journal, metrics
from search_api.settings import Settings

_log = logging.getLogger(__name__)


def log_question(asked: Asked) -> None:
    """Write a question into the log, where the operator has decided to keep them."""
    told = {"question": asked.question, "verdict": asked.verdict, "kept": asked.kept}
    _log.info("asked", extra={"told": told})


def install(app: FastAPI, settings: Settings) -> Observe:
    """Have requests told of, and return what is to be told of each answer."""
    counted = metrics.install(app, lambda: _serving(app), lambda: _is_lost(app), settings.metrics)
    tell = [journal.log] if settings.log_requests else []
    observers = [log_question] if settings.log_questions else []
    if counted is not None:
        tell.append(counted.count_request)
        observers.append(counted.count_answer)
    journal.install(app, tell)

    def observe(asked: Asked) -> None:
        for each in observers:
            each(asked)

    return observe


def _is_lost(app: FastAPI) -> bool:
    current = getattr(app.state, "searchers", None)
    return current is not None and current.source.is_lost()


def _serving(app: FastAPI) -> Manifest | None:
    current = getattr(app.state, "searchers", None)
    return current.get().snapshot.manifest if current else None
