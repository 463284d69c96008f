from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from indexer import __version__
from indexer.snapshot.folder import IndexFolder
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.served import serving

Figures = dict[tuple[str, ...], float]


def figures(text: str) -> Figures:
    """Each sample by its name and labels, as Prometheus itself reads them."""
    return {
        (sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def answers(found: Figures) -> dict[str, float]:
    """Answers by where they came from."""
    by = {"cache": 0.0, "search": 0.0}
    for name, value in found.items():
        if name[0] == "citywise_answers_total":
            by[name[1].removeprefix("source=")] += value
    return by


def test_requests_answers_stages_and_the_snapshot_are_counted(built: Path) -> None:
    with TestClient(create_app(Settings(index=built))) as client:
        for question in ("water", "water", "food"):
            client.get("/v1/search", params={"q": question})
        client.get("/v1/search")
        client.get("/", params={"q": "buses"})
        response = client.get("/metrics")
    found, manifest = figures(response.text), IndexFolder(built).published().manifest
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    labels = ("citywise_requests_total", "method=GET", "route=/v1/search")
    assert found[(*labels, "status=200")] == 3
    assert found[(*labels, "status=422")] == 1
    assert found["citywise_request_seconds_count", "route=/v1/search"] == 4
    assert answers(found) == {"cache": 1, "search": 3}
    assert {found["citywise_stage_seconds_count", f"stage={stage}"] for stage in (
        "encode", "retrieve", "rank", "total"
    )} == {3}  # fmt: skip
    info = (f"id={manifest.id}", f"model={manifest.model.name}", f"version={__version__}")
    assert found["citywise_snapshot_info", *info] == 1
    assert found[("citywise_snapshot_passages",)] == manifest.passages
    assert found[("citywise_snapshot_documents",)] == 3
    assert found[("citywise_snapshot_parity",)] == manifest.parity
    assert found[("citywise_snapshot_recall",)] == manifest.vectors.recall == 1.0
    age = time.time() - datetime.fromisoformat(manifest.built).timestamp()
    assert found[("citywise_snapshot_age_seconds",)] == pytest.approx(age, abs=5)


def test_figures_can_be_switched_off(built: Path) -> None:
    with TestClient(create_app(Settings(index=built, metrics=False))) as client:
        response = client.get("/metrics")
    assert response.json()["detail"] == "GET /metrics: Not Found"


@pytest.mark.load
def test_any_worker_gives_the_figures_of_all(built: Path, tmp_path: Path) -> None:
    with serving(built, tmp_path, workers=2) as served:
        for number in range(20):
            httpx2.get(f"{served.url}/v1/search", params={"q": f"water {number}"})
        seen = [figures(httpx2.get(f"{served.url}/metrics").text) for _ in range(6)]
    name = ("citywise_requests_total", "method=GET", "route=/v1/search", "status=200")
    assert [each[name] for each in seen] == [20] * 6
    assert [answers(each) for each in seen] == [{"cache": 0, "search": 20}] * 6
