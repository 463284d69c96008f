from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.errors import NoSnapshotError
from indexer.snapshot.folder import IndexFolder
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import BuildTiny
from tests.served import PATIENCE


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


def test_a_living_process_says_so(client: TestClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "index": None})


def test_a_ready_server_names_the_index_that_it_serves(client: TestClient, built: Path) -> None:
    response = client.get("/readyz")
    served = IndexFolder(built).published().manifest.id
    assert (response.status_code, response.json()) == (200, {"status": "ok", "index": served})


def test_readiness_names_the_new_index_once_one_is_published(
    index_copy: IndexFolder,
    corpus: Path,
    build_tiny: BuildTiny,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "search_api.engine.current")
    with TestClient(create_app(Settings(index=index_copy.root))) as client:
        (corpus / "news.txt").write_text("Fresh news of tanks.", encoding="utf-8")
        published = build_tiny(corpus, index_copy.root)
        deadline = time.monotonic() + PATIENCE
        while f"serving index {published.snapshot}" not in caplog.messages:  # though nobody asks
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert client.get("/readyz").json()["index"] == published.snapshot
        answer = client.get("/v1/search", params={"q": "news of tanks"}).json()
    assert answer["index"]["documents"] == 4
    assert "Fresh news of tanks." in {result["text"] for result in answer["results"]}


def test_before_the_index_is_open_the_process_lives_and_is_not_ready(built: Path) -> None:
    starting = TestClient(create_app(Settings(index=built)))  # not entered: not started yet
    assert starting.get("/healthz").status_code == 200
    response = starting.get("/readyz")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "the index is not open yet"


def test_without_an_index_the_server_does_not_start(tmp_path: Path) -> None:
    app = create_app(Settings(index=tmp_path))
    with (
        pytest.raises(NoSnapshotError, match=r": no index here; build one with `citywise index"),
        TestClient(app),
    ):
        pass


def test_the_description_can_be_browsed(client: TestClient) -> None:
    assert client.get("/docs").headers["content-type"] == "text/html; charset=utf-8"
