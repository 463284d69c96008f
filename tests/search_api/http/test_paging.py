from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from indexer.snapshot.folder import IndexFolder
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import BuildTiny

LISTS = [
    ("/v1/search?q=water&k=3&kind=session&kind=initiative", "results", [3, 3, 1]),
    ("/v1/cities?limit=2", "cities", [2, 1]),
    ("/v1/documents?limit=2", "documents", [2, 1]),
]


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


def links(response: httpx2.Response) -> dict[str, str]:
    return {relation: str(link["url"]) for relation, link in response.links.items() if relation}


def walked(client: TestClient, address: str, relation: str = "next") -> Iterator[httpx2.Response]:
    for _ in range(10):
        response = client.get(address)
        assert response.status_code == 200
        yield response
        if relation not in links(response):
            return
        address = links(response)[relation]
    pytest.fail("there is no end of pages")


@pytest.mark.parametrize(("address", "name", "sizes"), LISTS)
def test_links_lead_through_all_pages_and_back(
    address: str, name: str, sizes: list[int], client: TestClient
) -> None:
    pages = list(walked(client, address))
    held = [page.json()[name] for page in pages]
    assert [len(each) for each in held] == sizes
    whole = client.get(address.replace("=3", "=9").replace("=2", "=9")).json()[name]
    assert [each for page in held for each in page] == whole
    assert links(pages[0]).keys() == {"next"}
    assert links(pages[-1]).keys() == {"prev", "first"}
    assert links(pages[-1])["first"] == f"http://testserver{address}"
    assert links(pages[1])["first"] == f"http://testserver{address}"
    backwards = [page.json()[name] for page in walked(client, str(pages[-1].url), "prev")]
    assert backwards == held[::-1]


def test_an_offset_has_links_too_and_goes_with_no_cursor(client: TestClient) -> None:
    response = client.get("/v1/search?q=water&k=2&offset=1")
    ranks = [client.get(links(response)[to]).json()["results"][0]["rank"] for to in links(response)]
    assert (list(links(response)), ranks) == (["next", "prev", "first"], [4, 1, 1])
    both = client.get(f"{links(response)['next']}&offset=1")
    assert detail(both) == "offset: a cursor has its own; leave one of the two out"


def test_links_begin_with_the_address_that_visitors_know(built: Path) -> None:
    settings = Settings(index=built, public_url="https://city.example/search/")
    with TestClient(create_app(settings)) as client:
        found = links(client.get("/v1/documents?limit=1&offset=1"))
    assert found["first"] == "https://city.example/search/v1/documents?limit=1"


def detail(response: httpx2.Response) -> Any:
    assert response.status_code == 422
    return response.json()["detail"]


def test_a_cursor_belongs_to_its_question_and_size_is_no_part_of_that(client: TestClient) -> None:
    cursor = links(client.get("/v1/search?q=fresh+water&k=2"))["next"].split("cursor=")[1]
    larger: dict[str, str | int] = {"q": " fresh  water", "k": 4, "cursor": cursor}
    for response in (
        client.get("/v1/search", params=larger),
        client.post("/v1/search", json=larger),
    ):
        assert [each["rank"] for each in response.json()["results"]] == [3, 4, 5, 6]
    said = "cursor: it belongs to another question; ask this one without it"
    for address in ("search?q=food", "search?q=fresh+water&kind=session", "cities?", "documents?"):
        assert detail(client.get(f"/v1/{address}&cursor={cursor}")) == said


@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "a" * 300, "e30", "bnVsbA", "*&^%"]
    + [
        urlsafe_b64encode(json.dumps({"s": "x", "q": "y", "o": offset}).encode()).decode()
        for offset in (-1, 10**12, "1", None)
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str, client: TestClient) -> None:
    for path in ("/v1/search", "/v1/documents"):
        asked = {"cursor": cursor} | ({"q": "water"} if path == "/v1/search" else {})
        said = "cursor: this is none; take it from the header `Link` of the page before"
        assert detail(client.get(path, params=asked)) == said
    assert detail(client.get("/v1/cities", params={"cursor": "a" * 301})).startswith("cursor: ")


def test_an_offset_beyond_all_bounds_is_refused(client: TestClient) -> None:
    said = "offset: Input should be less than or equal to 1000000000"
    assert detail(client.get("/v1/documents", params={"offset": 10**30})) == said


def test_a_long_question_keeps_the_header_short(client: TestClient) -> None:
    long = "&".join(f"topic={'x' * 100}{number}" for number in range(20))
    response = client.get(f"/v1/search?q=water&k=1&offset=1&topic=water&{long}")
    assert list(links(response)) == ["next"]
    assert 2000 < len(response.headers["link"]) <= 4000


def test_pages_keep_to_their_snapshot_until_it_is_gone(
    index_copy: IndexFolder, corpus: Path, build_tiny: BuildTiny
) -> None:
    with TestClient(create_app(Settings(index=index_copy.root))) as client:
        first = client.get("/v1/documents?limit=2")
        follows = links(first)["next"]
        expected = client.get(follows).json()
        for number in range(3):
            (corpus / f"a{number}.txt").write_text(f"Fresh news {number}.", encoding="utf-8")
            build_tiny(corpus, index_copy.root)
            client.app.state.searchers.newest()  # type: ignore[attr-defined]
            if number < 2:
                assert client.get(follows).json() == expected
        gone = first.json()["index"]
        assert detail(client.get(follows)) == (
            f"cursor: snapshot {gone}, through which it pages, is no longer kept; "
            "ask again without it"
        )
