from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from fastapi.testclient import TestClient

from search_api.http.app import create_app
from search_api.http.problems import MEDIA_TYPE
from search_api.settings import Settings
from tests.security.hostile import QUESTIONS, RAW

pytestmark = pytest.mark.security

API = (
    "/v1/search?q={}", "/v1/search?q=water&city={}", "/v1/search?q=water&country={}",
    "/v1/search?q=water&region={}", "/v1/search?q=water&topic={}", "/v1/search?q=water&kind={}",
    "/v1/search?q=water&year={}", "/v1/search?q=water&since={}", "/v1/search?q=water&until={}",
    "/v1/search?q=water&cursor={}", "/v1/search?q=water&snapshot={}", "/v1/search?q=water&k={}",
    "/v1/search?q=water&offset={}", "/v1/search?q=water&format={}", "/v1/search?{}=water",
    "/v1/search?q={}&format=csv", "/v1/timeline?q={}", "/v1/compare?q={}&city=Lima&city=Quito",
    "/v1/compare?q=water&city={}&city=Lima", "/v1/cities?cursor={}", "/v1/suggest?q={}",
    "/v1/coverage?topic={}", "/v1/coverage?city={}", "/v1/passages/{}", "/v1/passages/{}/similar",
    "/v1/passages/{}/citation?format=apa", "/v1/citations?id={}&format=ris",
    "/v1/verify?quote={}", "/v1/verify?permalink={}", "/v1/documents?cursor={}",
    "/v1/documents/{}", "/{}", "/v1/{}",
)  # fmt: skip
"""Every place of the API where a visitor may write something."""

PAGES = (
    "/?q={}", "/?q=water&city={}", "/?q=water&since={}", "/?q=water&page={}", "/?q=water&view={}",
    "/?q=water&lang={}", "/?{}=water", "/documents/{}", "/documents/durban-note?passage={}",
    "/embed?q={}", "/embed?q=water&filters={}", "/static/{}/page.css", "/widget/{}/search.js",
)  # fmt: skip
"""Of the page; what is wrong is said there in HTML."""


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built)), raise_server_exceptions=False) as client:
        yield client


def sound(response: httpx2.Response) -> bool:
    """Whether an answer is fine, or a problem of the visitor's in the one shape."""
    if response.status_code < 400:
        return True
    body = response.json()
    return bool(
        response.status_code < 500
        and response.headers["content-type"] == MEDIA_TYPE
        and body.keys() == {"type", "title", "status", "detail", "request_id"}
        and body["status"] == response.status_code
    )


WRITTEN = {name: quote(text, safe="") for name, text in QUESTIONS.items()} | RAW
del WRITTEN["a megabyte"]  # no client sends such an address; `test_bounds` has the longest


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_whatever_stands_in_an_address_is_answered_or_refused(
    written: str, client: TestClient
) -> None:
    asked = [path.format(written) for path in API]
    answers = {path[:80]: client.get(path) for path in asked}
    assert {path: a.text[:200] for path, a in answers.items() if not sound(a)} == {}
    for path in PAGES:
        shown = client.get(path.format(written))
        assert shown.status_code < 500, path
        if shown.headers.get("content-type", "").startswith("text/html"):
            assert "<script>alert" not in shown.text, path
        elif shown.text:
            assert shown.headers["x-content-type-options"] == "nosniff", path
        assert "set-cookie" not in shown.headers, path


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_whatever_stands_in_a_body_is_answered_or_refused(
    question: str, client: TestClient
) -> None:
    for body in (
        {"q": question}, {"q": "water", "city": [question]}, {"q": "water", "cursor": question},
        {"q": "water", "since": question}, {question: "water"}, [question], question,
    ):  # fmt: skip
        assert sound(client.post("/v1/search", json=body))
        assert sound(client.post("/v1/verify", json=[body]))
    assert sound(client.post("/v1/search", content=question.encode("utf-8")))
    call = {"name": "search", "arguments": {"query": question}}
    told = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accepts = {"Accept": "application/json, text/event-stream"}
    assert client.post("/mcp", json=told, headers=accepts).status_code < 500
    form = {"question": question, "passage": question, "snapshot": "0" * 16, "useful": "yes"}
    said = client.post("/feedback", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert said.status_code < 500


def test_lone_surrogates_in_json_are_refused(client: TestClient) -> None:
    json = {"Content-Type": "application/json"}
    for body in (b'{"q": "\\ud800"}', b'{"q": "water", "city": ["\\udfff"]}', b'{"\\ud800": 1}'):
        response = client.post("/v1/search", content=body, headers=json)
        assert sound(response)
        assert response.status_code == 422


@pytest.mark.parametrize("path", ["/v1/search?q=water&", "/?q=water&"])
def test_filters_full_of_names_are_not_sought_for_ever(path: str, client: TestClient) -> None:
    many = "&".join(f"city=Settlement{number:x}" for number in range(1500))
    response = client.get(path + many)
    assert response.status_code == 422
    assert "city: 1,500 values; name 50 at most" in response.text or path.startswith("/v1")
    assert response.elapsed.total_seconds() < 2
