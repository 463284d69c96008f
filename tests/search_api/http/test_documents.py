from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search_api.http.app import create_app
from search_api.settings import Settings

DOCUMENTS = "/v1/documents"


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


def test_documents_are_listed_by_their_ids(client: TestClient) -> None:
    listed = client.get(DOCUMENTS).json()
    assert [each["document"]["id"] for each in listed["documents"]] == [
        "durban-note", "lima-bikes", "quito-food",
    ]  # fmt: skip
    assert [each["passages"] for each in listed["documents"]] == [4, 2, 1]
    first = listed["documents"][0]
    assert first["topics"] == ["housing", "water"]
    assert first["cities"] == [{"name": "Durban", "country": "South Africa", "region": None}]
    assert (listed["total"], listed["limit"], listed["offset"]) == (3, 20, 0)


def test_pages_of_the_list_neither_repeat_nor_lose_a_document(client: TestClient) -> None:
    pages = [client.get(DOCUMENTS, params={"limit": 2, "offset": at}).json() for at in (0, 2, 4)]
    found = [each["document"]["id"] for page in pages for each in page["documents"]]
    assert found == ["durban-note", "lima-bikes", "quito-food"]


def test_a_document_comes_whole_and_its_passages_are_spans_of_it(client: TestClient) -> None:
    document = client.get(f"{DOCUMENTS}/durban-note").json()
    text = document["text"]
    assert text.startswith("Notes from Durban\n\nThe city met on Wednesday.")
    spans = [passage["span"] for passage in document["passages"]]
    assert [text[span["start"] : span["end"]] for span in spans][1:] == [
        "Informal settlements\n\nInformal settlements were the hardest problem. "
        "Water tanks came by truck.",
        "City\tClosed or moved\tCrowded\n\n"
        "Durban\tPublic buildings were closed.\tInformal settlements present a major challenge.",
        "Lima\tMarkets were moved outdoors.\tBuses were crowded.",
    ]
    assert document["index"] == client.get("/readyz").json()["index"]


@pytest.mark.parametrize("identity", ["lost", "with/slash", "%2e%2e", "nul%00"])
def test_a_document_that_is_not_there_is_a_problem(identity: str, client: TestClient) -> None:
    response = client.get(f"{DOCUMENTS}/{identity}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"].startswith("the index holds no document '")
