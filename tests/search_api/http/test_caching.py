from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import Snapshot
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import BuildTiny

FRESH = "public, max-age=60, must-revalidate"
KEPT = [
    "/v1/search?q=water",
    "/v1/timeline?q=water",
    "/v1/compare?q=water&city=Lima&city=Durban",
    "/v1/cities",
    "/v1/coverage",
    "/v1/suggest?q=wa",
    "/v1/documents",
    "/v1/documents/durban-note",
]


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


def tag(client: TestClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["cache-control"] == FRESH
    assert re.fullmatch('W/"[0-9a-f]{32}"', response.headers["etag"])
    return response.headers["etag"]


@pytest.mark.parametrize("address", KEPT)
def test_what_the_visitor_holds_is_not_sent_again(address: str, client: TestClient) -> None:
    held = tag(client, address)
    for given in (held, held.removeprefix("W/"), f'"other", {held}'):
        response = client.get(address, headers={"If-None-Match": given})
        assert (response.status_code, response.content) == (304, b"")
        assert (response.headers["etag"], response.headers["cache-control"]) == (held, FRESH)
        assert "content-type" not in response.headers
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_answer_has_a_tag_of_its_own(client: TestClient) -> None:
    addresses = [*KEPT, "/v1/search?q=water&k=3", "/v1/search?q=Water", "/v1/cities?limit=1"]
    assert len({tag(client, address) for address in addresses}) == len(addresses)


def test_a_passage_and_its_citations_are_not_sent_again(
    client: TestClient, snapshot: Snapshot
) -> None:
    first, second = (hit.passage.id for hit in snapshot.passages.hits([0, 1]))
    addresses = [
        f"/v1/passages/{first}", f"/v1/passages/{first}?context=1", f"/v1/passages/{second}",
        f"/v1/passages/{first}/similar", f"/v1/passages/{first}/citation",
        f"/v1/passages/{first}/citation?format=ris", f"/v1/citations?passage={first}",
        f"/v1/citations?passage={first}&passage={second}",
    ]  # fmt: skip
    tags = [tag(client, address) for address in addresses]
    assert len(set(tags)) == len(tags)
    for address, held in zip(addresses, tags, strict=True):
        assert client.get(address, headers={"If-None-Match": held}).status_code == 304


def test_a_question_spelt_otherwise_is_the_same(client: TestClient) -> None:
    first = tag(client, "/v1/search?q=fresh+water&city=Lima&city=Quito")
    assert (
        tag(client, "/v1/search?city=Quito&city=Lima&city=Quito&q=+fresh%20%20water&k=10") == first
    )


def test_the_engine_is_not_asked_for_what_the_visitor_holds(built: Path) -> None:
    app = create_app(Settings(index=built))
    with TestClient(app) as client:
        app.state.searchers.get().snapshot.passages.close()  # whatever asks it fails
        response = client.get("/v1/search?q=roads")
        assert response.status_code == 503
        assert "etag" not in response.headers
        assert response.headers["cache-control"] == "no-store"
    with TestClient(app) as client:
        held = tag(client, "/v1/search?q=roads")
        app.state.searchers.get().snapshot.passages.close()
        for address, headers in (("roads", {"If-None-Match": held}), ("trams", {})):
            response = client.get(f"/v1/search?q={address}", headers=headers)
            assert response.status_code == (304 if headers else 503)


def test_a_new_index_makes_every_tag_new(
    index_copy: IndexFolder, corpus: Path, build_tiny: BuildTiny
) -> None:
    with TestClient(create_app(Settings(index=index_copy.root))) as client:
        old = {address: tag(client, address) for address in KEPT}
        (corpus / "news.txt").write_text("Fresh news of tanks.", encoding="utf-8")
        build_tiny(corpus, index_copy.root)
        client.app.state.searchers.newest()  # type: ignore[attr-defined]
        for address, held in old.items():
            response = client.get(address, headers={"If-None-Match": held})
            assert (response.status_code, response.headers["etag"] == held) == (200, False)


@pytest.mark.parametrize("path", ["search", "timeline"])
def test_a_search_says_what_it_cost(path: str, client: TestClient) -> None:
    response = client.get(f"/v1/{path}", params={"q": "fresh water"})
    timing = response.headers["server-timing"]
    parts = [part.split(";dur=") for part in timing.split(", ")]
    assert [name for name, _ in parts] == ["encode", "retrieve", "rerank", "rank", "total"]
    if path == "search":
        assert {name: float(ms) for name, ms in parts} == response.json()["timings_ms"]
    assert "etag" not in client.post("/v1/search", json={"q": "fresh water"}).headers


@pytest.mark.slow
def test_another_order_by_a_cross_encoder_has_a_tag_of_its_own(
    built: Path, tiny_crossing: Path, client: TestClient
) -> None:
    with TestClient(create_app(Settings(index=built, reranker=str(tiny_crossing)))) as crossing:
        assert tag(crossing, "/v1/search?q=water") != tag(client, "/v1/search?q=water")
        assert crossing.get("/v1/search?q=water").json()["timings_ms"]["rerank"] > 0
