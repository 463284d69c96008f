"""Every key at every address: what is answered, and what is refused and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
from fastapi.testclient import TestClient

from search_api.http.app import create_app
from search_api.http.problems import MEDIA_TYPE
from search_api.keys import Terms, create, revoke, today
from search_api.settings import Settings
from search_api.web.assets import address

pytestmark = pytest.mark.security

SITE, OTHER = "https://city.example", "https://evil.example"

Opened = Literal["always", "by a key", "without a key", "as a page"]
"""To whom an address is open: to all; where the collection is closed, to keys; to no key at all, as
it is not for pages of other sites; or where it is closed to nobody, as no page sends a key."""

ADDRESSES: dict[str, tuple[str, Opened]] = {
    "GET /healthz": ("/healthz", "always"),
    "GET /readyz": ("/readyz", "always"),
    "GET /metrics": ("/metrics", "always"),
    "GET /openapi.json": ("/openapi.json", "always"),
    "GET /docs": ("/docs", "always"),
    "GET /opensearch.xml": ("/opensearch.xml", "always"),
    "GET /llms.txt": ("/llms.txt", "always"),
    "GET /embed": ("/embed", "always"),
    "GET /widget": ("/widget/1/search.js", "always"),
    "GET /static": (address("page.css"), "always"),
    "GET /v1/search": ("/v1/search?q=water", "by a key"),
    "POST /v1/search": ("/v1/search", "by a key"),
    "GET /v1/timeline": ("/v1/timeline?q=water", "by a key"),
    "GET /v1/compare": ("/v1/compare?q=water&city=Lima&city=Quito", "by a key"),
    "GET /v1/suggest": ("/v1/suggest?q=wa", "by a key"),
    "GET /v1/citations": ("/v1/citations?passage={passage}&format=ris", "by a key"),
    "GET /v1/passages/{identity}/citation": (
        "/v1/passages/{passage}/citation?format=apa", "by a key",
    ),
    "GET /v1/cities": ("/v1/cities", "without a key"),
    "GET /v1/coverage": ("/v1/coverage", "without a key"),
    "GET /v1/passages/{identity}": ("/v1/passages/{passage}", "without a key"),
    "GET /v1/passages/{identity}/similar": ("/v1/passages/{passage}/similar", "without a key"),
    "GET /v1/verify": ("/v1/verify?quote=Water+tanks+came+by+truck.", "without a key"),
    "POST /v1/verify": ("/v1/verify", "without a key"),
    "GET /v1/documents": ("/v1/documents", "without a key"),
    "GET /v1/documents/{identity}": ("/v1/documents/durban-note", "without a key"),
    "POST /mcp": ("/mcp", "without a key"),
    "GET /": ("/?q=water", "as a page"),
    "GET /documents": ("/documents/durban-note", "as a page"),
    "POST /feedback": ("/feedback", "as a page"),
}  # fmt: skip
"""Every operation of the description, and all that it does not speak of."""

BODIES: dict[str, dict[str, Any]] = {
    "POST /v1/search": {"json": {"q": "water"}},
    "POST /v1/verify": {"json": [{"quote": "Water tanks came by truck."}]},
    "POST /mcp": {
        "json": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        "headers": {"Accept": "application/json, text/event-stream"},
    },
    "POST /feedback": {
        "data": {"question": "water", "passage": "{passage}", "useful": "yes"},
        "headers": {"Sec-Fetch-Site": "same-origin"},
    },
}

Sent = Literal[
    "none", "any site", "one site", "one site, no origin", "one site, another's", "expired",
    "revoked", "unknown", "malformed",
]  # fmt: skip
KEYS: tuple[Sent, ...] = (
    "none", "any site", "one site", "one site, no origin", "one site, another's", "expired",
    "revoked", "unknown", "malformed",
)  # fmt: skip
HOLDING = ("any site", "one site")
ELSEWHERE = ("one site, no origin", "one site, another's")


def expected(sent: Sent, opened: Opened, closed: bool) -> set[int]:
    """Statuses that a request may have: it is refused, or has got as far as its own route."""
    fine = {200, 303, 422}
    if opened == "always":
        return fine
    if opened == "as a page" or sent == "none":
        return {401} if closed else fine
    if sent not in (*HOLDING, *ELSEWHERE):
        return {401}
    return fine if opened == "by a key" and sent in HOLDING else {403}


@dataclass(frozen=True)
class Closed:
    """A server, and what it knows of keys.

    Attributes:
        client: asks it.
        closed: whether it answers nobody without a key.
        headers: what is sent for each kind of key.
        passage: an id.
    """

    client: TestClient
    closed: bool
    headers: dict[Sent, dict[str, str]]
    passage: str

    def ask(self, name: str, sent: Sent, way: int) -> httpx2.Response:
        """Ask an address with a key, in one of the ways to send it."""
        method, _, _ = name.partition(" ")
        asked = ADDRESSES[name][0].replace("{passage}", self.passage)
        body = dict(BODIES.get(name, {}))
        headers = {**body.pop("headers", {}), **self.headers[sent]}
        key = headers.pop("X-Citywise-Key", None)
        if key and way == 0:
            headers["X-Citywise-Key"] = key
        elif key and way == 1 and sent != "malformed":
            headers["Authorization"] = f"Bearer {key}"
        elif key:
            asked += f"{'&' if '?' in asked else '?'}key={key}"
        return self.client.request(method, asked, headers=headers, follow_redirects=False, **body)


@pytest.fixture(scope="module", params=[False, True], ids=["open", "closed"])
def server(
    request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Closed]:
    closed, folder = bool(request.param), tmp_path_factory.mktemp("keys")
    keys = folder / "keys.sqlite"
    any_site, _ = create(keys, Terms())
    one_site, _ = create(keys, Terms(origins=(SITE,)))
    expired, _ = create(keys, Terms(expires=today() - timedelta(days=1)))
    revoked, key = create(keys, Terms())
    assert revoke(keys, key.id)
    origins = {"one site": SITE, "one site, another's": OTHER}
    secrets: dict[Sent, str] = {
        "any site": any_site, "one site": one_site, "one site, no origin": one_site,
        "one site, another's": one_site, "expired": expired, "revoked": revoked,
        "unknown": f"cwpk_{'x' * 32}", "malformed": "../../etc/passwd",
    }  # fmt: skip
    headers: dict[Sent, dict[str, str]] = {"none": {}}
    for sent, secret in secrets.items():
        origin = {"Origin": origins[sent]} if sent in origins else {}
        headers[sent] = {"X-Citywise-Key": secret, **origin}
    settings = Settings(
        index=built, keys=keys, cache=folder / "cache", require_key=closed,
        feedback=folder / "feedback.sqlite",
    )  # fmt: skip
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        found = client.get("/v1/search?q=water", headers={"X-Citywise-Key": any_site}).json()
        yield Closed(client, closed, headers, found["results"][0]["passage_id"])


def test_every_operation_of_the_description_is_in_the_table(built: Path) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in create_app(Settings(index=built)).openapi()["paths"].items()
        for method in methods
    }
    assert described - ADDRESSES.keys() == set()


@pytest.mark.parametrize("sent", KEYS)
def test_each_key_opens_what_it_is_for_and_nothing_else(sent: Sent, server: Closed) -> None:
    seen = {}
    for name, (_, opened) in ADDRESSES.items():
        for way in range(3 if opened == "by a key" and sent != "none" else 1):
            response = server.ask(name, sent, way)
            if response.status_code not in expected(sent, opened, server.closed):
                seen[name, way] = response.status_code, response.text[:120]
            elif response.status_code in (401, 403) and opened != "as a page":
                assert response.headers["content-type"] == MEDIA_TYPE, name
                assert "tanks" not in response.text, name
    assert seen == {}


@pytest.mark.parametrize(
    "path",
    ["/v1//search?q=water", "/V1/search?q=water", "/v1/search/?q=water", "//v1/search?q=water",
     "/static/../v1/search?q=water", "/embed/../v1/search?q=water", "/widget/%2e%2e/v1/cities",
     "/healthz/../v1/documents", "/v1/./documents", "/;/v1/documents", "/v1/documents%00"],
)  # fmt: skip
def test_no_way_of_writing_an_address_leads_past_the_gate(path: str, server: Closed) -> None:
    if server.closed:
        response = server.client.get(path, follow_redirects=True)
        assert response.status_code in (401, 404), response.text[:200]
        assert "tanks" not in response.text
