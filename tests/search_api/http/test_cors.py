from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search_api.http.app import create_app
from search_api.settings import Settings

CITY, OTHER = "https://city.example", "https://other.example"
EXPOSED = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Server-Timing, X-Request-ID"


@pytest.mark.parametrize(
    ("setting", "origin", "allowed"),
    [
        ("*", CITY, "*"),
        (f"{CITY}, {OTHER}", OTHER, OTHER),
        (f"{CITY},{OTHER}", "https://third.example", None),
    ],
)
def test_the_setting_says_which_sites_may_ask(
    setting: str, origin: str, allowed: str | None, built: Path
) -> None:
    with TestClient(create_app(Settings(index=built, cors_origins=setting))) as client:
        headers = {"Origin": origin}
        response = client.get("/v1/search", params={"q": "food"}, headers=headers)
        assert response.headers.get("access-control-allow-origin") == allowed
        assert response.headers["access-control-expose-headers"] == EXPOSED
        assert "access-control-allow-credentials" not in response.headers
        wrong = client.get("/v1/search", headers=headers)
        assert wrong.status_code == 422
        assert wrong.headers.get("access-control-allow-origin") == allowed
        elsewhere = client.get("/healthz", headers=headers)
        assert "access-control-allow-origin" not in elsewhere.headers


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/v1/search", "content-type"), ("/mcp", "content-type, mcp-method, mcp-protocol-version")],
)
def test_json_may_be_posted_from_another_site(path: str, headers: str) -> None:
    client = TestClient(create_app(Settings()))
    asked = {
        "Origin": CITY,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": headers,
    }
    response = client.options(path, headers=asked)
    assert response.status_code == 200
    assert response.headers["access-control-allow-methods"] == "GET, POST"
