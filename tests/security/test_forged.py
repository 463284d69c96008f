from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search_api.http.app import create_app
from search_api.settings import Settings

pytestmark = pytest.mark.security

PUBLIC = "https://search.network.example"
PATHS = (
    "/", "/?q=water", "/v1/search?q=water&k=1", "/v1/search?q=water&format=ris",
    "/v1/cities?limit=1",
    "/documents/durban-note", "/opensearch.xml", "/llms.txt", "/embed?q=water", "/openapi.json",
)  # fmt: skip
FORGED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "evil",
    "X-Forwarded-For": "203.0.113.9, evil.example",
    "X-Forwarded-Prefix": "/evil.example",
    "X-Original-URL": "/evil.example",
    "X-Rewrite-URL": "/evil.example",
    "Forwarded": "for=evil.example;host=evil.example;proto=evil",
    "Referer": "https://evil.example/",
    "Origin": "https://evil.example",
}


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    """A server whose address is set; browsers of one other site may ask its API."""
    settings = Settings(index=built, public_url=PUBLIC, cors_origins="https://city.example")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_forged_headers_lead_nobody_elsewhere(path: str, client: TestClient) -> None:
    plain = client.get(path)
    forged = client.get(path, headers={**FORGED, "Host": "evil.example"})
    assert (forged.status_code, plain.status_code) == (200, 200)
    said = " ".join(f"{name}: {value}" for name, value in forged.headers.items())
    assert "evil" not in said + forged.text
    assert "access-control-allow-origin" not in forged.headers


HOSTS = ["", "a b", "[", "]:x", "evil.example:99999999", "x" * 5000, '"><script>alert(1)</script>',
         "evil.example/..", "user@evil.example", "::1", "%00", "evil\\.example"]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_header_breaks_the_server_or_its_page(host: str, built: Path) -> None:
    app = create_app(Settings(index=built))
    with TestClient(app, raise_server_exceptions=False) as client:
        for path in PATHS:
            response = client.get(path, headers={"Host": host})
            assert response.status_code < 500, path
            assert "<script>alert" not in response.text, path


def test_a_site_that_may_not_ask_is_told_nothing(client: TestClient) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Origin": "https://evil.example"}
    refused = client.options("/v1/search", headers=asks)
    assert refused.status_code == 400
    assert "access-control-allow-origin" not in refused.headers
    call = client.post("/mcp", json={}, headers={"Origin": "https://evil.example"})
    assert call.status_code == 403
    form = {"Origin": "https://evil.example", "Host": "search.network.example"}
    assert client.post("/feedback", data={"q": "x"}, headers=form).status_code == 403
    near = {"Origin": "https://city.example.evil.example"}
    assert "access-control-allow-origin" not in client.get("/v1/cities", headers=near).headers
