from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from search_api.engine.answer import Answer
from search_api.engine.searcher import Searcher
from search_api.http.app import create_app
from search_api.settings import Settings

SEARCH = "/v1/search"


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


def without_timings(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "timings_ms"}


QUESTIONS = ["informal settlements", "¿Qué hizo Lima? 🚲", "a+b & c=d", "100 %", "nul\0 inside"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_get_and_post_give_the_engines_own_answer(
    question: str, client: TestClient, searcher: Searcher
) -> None:
    expected = searcher.ask(question, 3, 1).model_dump(mode="json", exclude={"timings_ms"})
    asked: dict[str, str | int] = {"q": question, "k": 3, "offset": 1}
    for response in (client.get(SEARCH, params=asked), client.post(SEARCH, json=asked)):
        assert response.status_code == 200
        assert without_timings(response.json()) == expected


def test_an_answer_is_json_in_utf8_that_the_documented_model_reads_strictly(
    client: TestClient,
) -> None:
    response = client.get(SEARCH, params={"q": "informal settlements"})
    assert response.headers["content-type"] == "application/json"
    answer = Answer.model_validate_json(response.content, strict=True)
    assert answer.model_dump(mode="json") == response.json()
    assert "characters 69–164".encode() in response.content


def test_ten_excerpts_from_the_first_on_are_given_unless_asked_otherwise(
    client: TestClient,
) -> None:
    parameters = client.get("/openapi.json").json()["paths"][SEARCH]["get"]["parameters"]
    defaults = {each["name"]: each["schema"].get("default") for each in parameters}
    assert {name: defaults.pop(name) for name in ("q", "k", "offset", "group", "format")} == {
        "q": None, "k": 10, "offset": 0, "group": "city", "format": "json",
    }  # fmt: skip
    assert {name: value for name, value in defaults.items() if value} == {}
    ranks = [result["rank"] for result in client.get(SEARCH, params={"q": "x"}).json()["results"]]
    assert ranks == [1, 2, 3, 4, 5, 6, 7]


def test_the_bounds_of_k_and_offset_are_within_what_may_be_asked(client: TestClient) -> None:
    widest = client.get(SEARCH, params={"q": "water", "k": 100, "offset": 0}).json()
    assert [result["rank"] for result in widest["results"]] == [1, 2, 3, 4, 5, 6, 7]
    deepest = client.get(SEARCH, params={"q": "water", "k": 1, "offset": 1000})
    assert (deepest.status_code, deepest.json()["results"]) == (200, [])


def test_eight_clients_at_once_get_the_answers_that_one_gets(client: TestClient) -> None:
    def ask(question: str) -> dict[str, Any]:
        found: dict[str, Any] = client.get(SEARCH, params={"q": question}).json()
        return without_timings(found)

    alone = [ask(question) for question in QUESTIONS]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, QUESTIONS * 8)) == alone * 8
