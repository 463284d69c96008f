"""Figures for Prometheus at `/metrics`: of this process, or of all where several serve.

Several processes share their figures through files in `PROMETHEUS_MULTIPROC_DIR`, which
`citywise serve` sets before the library is loaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.values import MutexValue, ValueClass
from starlette.exceptions import HTTPException

from indexer import __version__
from indexer.snapshot.manifest import Manifest
from search_api.engine.observed import Asked
from search_api.http.journal import Done

PATH = "/metrics"

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds at which histograms count."""

STAGES = ("encode", "retrieve", "rerank", "rank", "total")

Serving = Callable[[], Manifest | None]
"""Gives the manifest of the snapshot that is served; None before one is open."""

router = APIRouter(include_in_schema=False)


class Metrics:
    """Counts requests and answers of an application."""

    def __init__(self, serving: Serving, is_lost: Callable[[], bool]) -> None:
        """Take what tells which snapshot is served, and whether its store is lost."""
        self._own = CollectorRegistry()
        self._snapshot = _SnapshotCollector(serving, is_lost)
        self._requests = Counter(
            "citywise_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self._own,
        )
        self._seconds = Histogram(
            "citywise_request_seconds",
            "From a request's head to the last byte of its response.",
            ["route"],
            buckets=BOUNDS,
            registry=self._own,
        )
        self._stages = Histogram(
            "citywise_stage_seconds",
            "Stages of searches that were made, not taken from the cache.",
            ["stage"],
            buckets=BOUNDS,
            registry=self._own,
        )
        self._answers = Counter(
            "citywise_answers",
            "Questions answered, by the verdict on their evidence and where the answer came from.",
            ["verdict", "source"],
            registry=self._own,
        )

    def count_request(self, done: Done) -> None:
        """Count a request."""
        self._requests.labels(done.method, done.route, done.status).inc()
        self._seconds.labels(done.route).observe(done.seconds)

    def count_answer(self, asked: Asked) -> None:
        """Count an answer, and the time of its stages if it was made just now."""
        self._answers.labels(asked.verdict, "cache" if asked.kept else "search").inc()
        if not asked.kept:
            for stage in STAGES:
                spent = getattr(asked.timings, stage)
                if spent or stage != "rerank":  # most collections have no cross-encoder
                    self._stages.labels(stage).observe(spent / 1000)

    def text(self) -> bytes:
        """Write all figures in Prometheus' text format."""
        registry = self._own
        if ValueClass is not MutexValue:  # figures lie in files that all processes share
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        snapshot = CollectorRegistry()
        snapshot.register(self._snapshot)
        return generate_latest(registry) + generate_latest(snapshot)


class _SnapshotCollector(Collector):
    """Figures of the snapshot that is served, read when they are asked for."""

    def __init__(self, serving: Serving, is_lost: Callable[[], bool]) -> None:
        self._serving, self._is_lost = serving, is_lost

    def collect(self) -> Iterator[Metric]:
        manifest = self._serving()
        if manifest is None:
            return
        said = "Whether the store answered when it was last looked at; 1 of a folder."
        yield GaugeMetricFamily("citywise_store_up", said, not self._is_lost())
        info = {"id": manifest.id, "model": manifest.model.name, "version": __version__}
        yield InfoMetricFamily("citywise_snapshot", "What is served.", info)
        built = datetime.fromisoformat(manifest.built).timestamp()
        figures = {
            "age_seconds": ("Seconds since it was built.", time.time() - built),
            "documents": ("Documents in it.", manifest.documents),
            "passages": ("Passages in it.", manifest.passages),
            "parity": (
                "Lowest cosine between stored vectors and the question encoder's own, measured "
                "when it was built.",
                manifest.parity,
            ),
            "agreement": (
                "Lowest cosine between the question encoder and the model that it stands for.",
                manifest.model.agreement,
            ),
            "recall": (
                "Share of the ten nearest passages that the vector index finds, measured on "
                "sampled passages when it was built.",
                manifest.vectors.recall,
            ),
        }
        for name, (said, value) in figures.items():
            yield GaugeMetricFamily(f"citywise_snapshot_{name}", said, value)


@router.get(PATH)
def metrics(request: Request) -> Response:
    """Give the figures, where they are wanted."""
    counted: Metrics | None = request.app.state.metrics
    if counted is None:
        raise HTTPException(404)
    headers = {"Cache-Control": "no-store"}
    return Response(counted.text(), headers=headers, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def install(
    app: FastAPI, serving: Serving, is_lost: Callable[[], bool], wanted: bool
) -> Metrics | None:
    """Count what an application does, if that is wanted."""
    counted = Metrics(serving, is_lost) if wanted else None
    app.state.metrics = counted
    app.include_router(router)
    return counted
