from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from search_api.http.app import create_app
from search_api.settings import Settings

ASKED = "my water is brown"


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built)), raise_server_exceptions=False) as client:
        yield client


def told(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    records = (each for each in caplog.records if each.name.startswith("search_api.http"))
    return [{k: v for k, v in each.told.items() if k != "ms"} for each in records]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", f"/v1/search?q={ASKED}", "/v1/search", 200),
        ("GET", f"/?q={ASKED}", "/", 200),
        ("GET", f"/v1/search?q={ASKED}&k=0", "/v1/search", 422),
        ("GET", f"/v1/passages/{ASKED}", "/v1/passages/{identity}", 404),
        ("GET", f"/documents/{ASKED}", "/documents/{identity:path}", 404),
        ("GET", f"/{ASKED}/{ASKED}", "unknown", 404),
        ("POST", "/mcp", "/mcp", 400),
        ("BREW", "/v1/search", "/v1/search", 405),
    ],
)
def test_a_request_has_a_line_that_says_nothing_of_what_was_asked(
    method: str,
    path: str,
    route: str,
    status: int,
    client: TestClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    assert client.request(method, path, json={"q": ASKED}).status_code == status
    named = method if method != "BREW" else "other"
    assert told(caplog) == [{"method": named, "route": route, "status": status}]
    assert ASKED not in " ".join(f"{vars(r)}" for r in caplog.records if "search_api" in r.name)


def test_probes_are_logged_only_when_they_fail(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for probe in ("/healthz", "/readyz", "/metrics"):
        assert client.get(probe).status_code == 200
    assert client.post("/healthz").status_code == 405
    assert told(caplog) == [{"method": "POST", "route": "/healthz", "status": 405}]


def test_questions_are_logged_where_the_operator_says_so_and_requests_where_he_likes(
    built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = Settings(index=built, log_questions=True, log_requests=False)
    with TestClient(create_app(settings)) as client:
        verdict = client.get("/v1/search", params={"q": ASKED}).json()["verdict"]
        client.get("/", params={"q": ASKED})
    asked = {"question": ASKED, "verdict": verdict}
    assert told(caplog) == [{**asked, "kept": False}, {**asked, "kept": False}]
