from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search_api.engine.searcher import Searcher
from search_api.http.app import create_app
from search_api.settings import Settings


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


def test_suggestions_are_the_engines_own(client: TestClient, searcher: Searcher) -> None:
    response = client.get("/v1/suggest", params={"q": "b", "limit": 2})
    assert response.json() == {
        "index": searcher.snapshot.manifest.id,
        "suggestions": [each.model_dump() for each in searcher.suggester.complete("b", 2)],
    }
    assert [each["text"] for each in response.json()["suggestions"]] == [
        "Bicycle lanes",
        "Food baskets",
    ]
    plain = client.get("/v1/suggest", params={"q": "b", "limit": 2, "format": "opensearch"})
    assert plain.json() == ["b", ["Bicycle lanes", "Food baskets"]]
    assert plain.headers["content-type"] == "application/x-suggestions+json"
    held = {"If-None-Match": plain.headers["etag"]}
    assert client.get(str(plain.url), headers=held).status_code == 304
    assert plain.headers["etag"] != response.headers["etag"]
    assert client.get("/v1/suggest", params={"q": ""}).json()["suggestions"] == []


@pytest.mark.parametrize(("asked", "said"), [({}, "q: "), ({"q": "x", "limit": 51}, "limit: ")])
def test_what_cannot_be_completed_is_a_problem(
    asked: dict[str, str | int], said: str, client: TestClient
) -> None:
    response = client.get("/v1/suggest", params=asked)
    assert response.status_code == 422
    assert response.json()["detail"].startswith(said)


def test_similar_passages_come_verbatim_with_what_is_needed_to_cite_them(
    client: TestClient, searcher: Searcher
) -> None:
    hit = searcher.snapshot.passages.hits([2])[0]
    address = f"/v1/passages/{hit.passage.id}/similar"
    answer = client.get(address, params={"k": 3}).json()
    assert (answer["passage_id"], answer["index"]) == (hit.passage.id, searcher.index().id)
    rows = searcher.similar(2, 3)
    expected = [each.passage for each in searcher.snapshot.passages.hits([row for row, _ in rows])]
    assert [each["passage_id"] for each in answer["similar"]] == [each.id for each in expected]
    assert [each["score"] for each in answer["similar"]] == [round(s, 6) for _, s in rows]
    for each in answer["similar"]:
        document = client.get(f"/v1/documents/{each['document']['id']}").json()
        assert document["text"][each["span"]["start"] : each["span"]["end"]] == each["text"]
        assert each["permalink"].endswith(f"#p-{each['passage_id']}")
    assert len(client.get(address).json()["similar"]) == 6


def test_of_a_passage_that_is_not_held_nothing_is_similar(client: TestClient) -> None:
    response = client.get("/v1/passages/0123456789abcdef/similar")
    assert response.status_code == 404
    assert response.json()["detail"].startswith("passage 0123456789abcdef")
