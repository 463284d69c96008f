from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from indexer import __version__
from search_api.citations.context import PassageInContext, SimilarPassages
from search_api.citations.verification import Checked, Verification
from search_api.engine.answer import Answer, CityList, Comparison, Coverage, Timeline
from search_api.engine.documents import DocumentList, ReadDocument
from search_api.engine.suggestion import Suggestions
from search_api.http.app import create_app
from search_api.http.problems import MEDIA_TYPE, Problem
from search_api.http.refusals import REQUEST_ID
from search_api.http.schemas import Health, Search
from search_api.http.shown import SEARCH_ANSWER
from search_api.keys import Terms, create
from search_api.settings import Settings


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


@cache
def description() -> dict[str, Any]:
    return create_app(Settings(index=Path("nowhere"))).openapi()


JSON = "application/json"

OPERATIONS: list[tuple[str, str, type[BaseModel]]] = [
    ("get", "/v1/search", Answer),
    ("post", "/v1/search", Answer),
    ("get", "/v1/timeline", Timeline),
    ("get", "/v1/compare", Comparison),
    ("get", "/v1/cities", CityList),
    ("get", "/v1/suggest", Suggestions),
    ("get", "/v1/coverage", Coverage),
    ("get", "/v1/passages/{identity}", PassageInContext),
    ("get", "/v1/passages/{identity}/similar", SimilarPassages),
    ("get", "/v1/verify", Checked),
    ("post", "/v1/verify", Verification),
    ("get", "/v1/documents", DocumentList),
    ("get", "/v1/documents/{identity}", ReadDocument),
    ("get", "/healthz", Health),
    ("get", "/readyz", Health),
]
FILES = ["/v1/passages/{identity}/citation", "/v1/citations"]
"""What answers a text or a file; see `test_citations`."""


def operation(method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = description()["paths"][path][method]
    return found


def walked(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the description, at whatever depth."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        yield from walked(child)


def shape(value: Any) -> Any:
    """The names in an object, and of a list those of its items together."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def test_the_server_hands_out_its_description(client: TestClient) -> None:
    assert client.get("/openapi.json").json() == json.loads(json.dumps(description()))


def test_the_description_names_program_version_and_every_operation() -> None:
    about = description()
    assert about["openapi"].startswith("3.1.")
    assert (about["info"]["title"], about["info"]["version"]) == ("citywise", __version__)
    described = [(method, path) for path, of in about["paths"].items() for method in of]
    known = [(method, path) for method, path, _ in OPERATIONS] + [("get", path) for path in FILES]
    assert sorted(described) == sorted(known)


def test_every_reference_leads_to_a_schema() -> None:
    references = {node["$ref"] for node in walked(description()) if "$ref" in node}
    assert "#/components/schemas/Answer" in references
    for reference in references:
        target: Any = description()
        for name in reference.removeprefix("#/").split("/"):
            target = target[name]
        assert target["type"] in ("object", "string"), reference


@pytest.mark.parametrize(("method", "path", "model"), OPERATIONS)
def test_each_operation_says_what_it_does_and_gives(
    method: str, path: str, model: type[BaseModel]
) -> None:
    described = operation(method, path)
    assert described["summary"]
    assert described["description"].endswith(".")
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": f"#/components/schemas/{model.__name__}"}


def test_every_parameter_of_a_search_is_explained_in_the_address_and_in_the_body() -> None:
    parameters = operation("get", "/v1/search")["parameters"]
    fields = description()["components"]["schemas"]["Search"]["properties"]
    assert parameters.pop()["name"] == "format"
    assert [each["name"] for each in parameters] == list(fields) == [
        "q", "city", "country", "region", "kind", "topic", "year", "language", "since", "until",
        "snapshot", "k", "offset", "group", "cursor",
    ]  # fmt: skip
    assert [each["name"] for each in parameters if each["required"]] == ["q"]
    assert {each["in"] for each in parameters} == {"query"}
    for each in parameters:
        assert each["description"] == fields[each["name"]]["description"] != ""
    assert description()["components"]["schemas"]["Search"]["additionalProperties"] is False


EXAMPLES = [
    (method, path, status, media, content["example"])
    for method, path, _ in OPERATIONS
    for status, response in operation(method, path)["responses"].items()
    for media, content in response.get("content", {}).items()
    if media in (JSON, MEDIA_TYPE)  # for files, see `test_files`
]


ALWAYS = ("401", "403", "413", "414", "422", "429", "500", "503")
"""Problems that any request to the index may meet."""


def test_every_response_has_an_example() -> None:
    described = {(method, path, status) for method, path, status, _, _ in EXAMPLES}
    assert described == {
        *(("get", f"/v1/{name}", status)
          for name in ("search", "timeline", "compare", "cities", "coverage", "documents",
                       "suggest", "passages/{identity}",
                       "passages/{identity}/similar", "verify", "documents/{identity}")
          for status in ("200", "404", *ALWAYS)),
        *(("post", f"/v1/{name}", status) for name in ("search", "verify")
          for status in ("200", "400", "404", *ALWAYS)),
        ("get", "/healthz", "200"), ("get", "/readyz", "200"), ("get", "/readyz", "503"),
    }  # fmt: skip


def test_what_caches_may_keep_is_described_as_such() -> None:
    kept = [(method, path) for method, path, _ in OPERATIONS
            if "304" in operation(method, path)["responses"]]  # fmt: skip
    assert kept == [
        ("get", f"/v1/{name}")
        for name in (
            *("search", "timeline", "compare", "cities", "suggest", "coverage"),
            *("passages/{identity}", "passages/{identity}/similar"),
            *("documents", "documents/{identity}"),
        )
    ]


@pytest.mark.parametrize(
    ("method", "path", "status", "media", "example"),
    EXAMPLES,
    ids=[" ".join(each[:3]) for each in EXAMPLES],
)
def test_an_example_is_exactly_what_its_model_holds(
    method: str, path: str, status: str, media: str, example: Any
) -> None:
    (fine,) = (model for *route, model in OPERATIONS if route == [method, path])
    model: type[BaseModel] = fine if status == "200" else Problem
    assert media == (JSON if status == "200" else MEDIA_TYPE)
    read = model.model_validate_json(json.dumps(example), strict=True)
    assert read.model_dump(mode="json") == example
    if isinstance(read, Problem):
        assert read.status == int(status)


def test_the_examples_of_a_question_can_be_asked() -> None:
    examples = description()["components"]["schemas"]["Search"]["properties"]["q"]["examples"]
    assert [Search(q=question).q for question in examples] == [
        "how did cities handle informal settlements?"
    ]


def example(path: str, status: int, method: str = "get") -> Any:
    (found,) = (each[-1] for each in EXAMPLES if each[:3] == (method, path, str(status)))
    return found


def test_the_example_of_an_answer_has_the_shape_that_the_server_gives(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"q": "informal settlements"}).json()
    expected, found = shape(example("/v1/search", 200)), shape(answer)
    sources = expected["results"][0]["document"].pop("sources")
    assert sources == [{"publisher": None, "title": None, "url": None, "date": None}]
    assert found["results"][0]["document"].pop("sources") is None  # this corpus names none
    for shown in (expected["results"][0], found["results"][0]):
        for name in ("section", "cities"):
            shown.pop(name)
    assert found == expected


def test_the_example_of_an_answer_is_one_that_could_be_given() -> None:
    answer = Answer.model_validate(SEARCH_ANSWER)
    assert [result.rank for result in answer.results] == list(range(1, len(answer.results) + 1))
    assert {rank for city in answer.cities for rank in city.ranks} <= {1, 2}
    for result in answer.results:
        assert "".join(segment.text for segment in result.segments) == result.text
        assert [segment.mark for segment in result.segments].count(True) == 1
        assert result.span.end - result.span.start == len(result.text)
        assert f"characters {result.span.start}–{result.span.end}" in result.citation


def test_the_examples_of_problems_are_what_the_server_answers(built: Path) -> None:
    app, named = create_app(Settings(index=built)), {"X-Request-ID": REQUEST_ID}
    starting = TestClient(app, headers=named)
    assert starting.get("/readyz").json() == example("/readyz", 503)
    with TestClient(app, raise_server_exceptions=False, headers=named) as client:
        for path in ("/v1/search", "/v1/verify"):
            broken = client.post(path, content=b'{"q": ', headers={"content-type": JSON})
            assert broken.json() == example(path, 400, "post")
        assert client.get("/v1/search").json() == example("/v1/search", 422)
        listed = client.get("/v1/documents", params={"limit": 101})
        assert listed.json() == example("/v1/documents", 422)
        lost, long = (client.get(f"/v1/documents/{name}").json() for name in ("lost", "x" * 1001))
        assert lost == example("/v1/documents/{identity}", 404)
        assert long == example("/v1/documents/{identity}", 422)
        served = client.get("/readyz").json()["index"]
        older = client.get("/v1/search", params={"q": "food", "snapshot": "0123456789abcdef"})
        expected = json.dumps(example("/v1/search", 404))
        assert older.json() == json.loads(expected.replace(SEARCH_ANSWER["index"]["id"], served))
        app.state.searchers.get().snapshot.passages.close()
        asked = client.get("/v1/search", params={"q": "food"})
        assert asked.json() == example("/v1/search", 503)
        app.state.searchers = None
        assert client.get("/v1/cities").json() == example("/v1/cities", 500)


def test_the_examples_of_refusals_are_what_the_server_answers(built: Path, tmp_path: Path) -> None:
    keys, named = tmp_path / "keys.sqlite", {"X-Request-ID": REQUEST_ID}
    secret, _ = create(keys, Terms(origins=("https://city.example",)))
    closed = Settings(index=built, keys=keys, require_key=True)
    with TestClient(create_app(closed), headers=named) as client:
        assert client.get("/v1/search?q=food").json() == example("/v1/search", 401)
        lists = client.get("/v1/documents", headers={"X-Citywise-Key": secret})
        assert lists.json() == example("/v1/documents", 403)
        other = {"Origin": "https://other.example", "Authorization": f"Bearer {secret}"}
        for path in ("/v1/search", "/v1/timeline", "/v1/compare"):
            assert client.get(path, headers=other).json() == example(path, 403)
    limited = Settings(index=built, rate="60/minute", cache=tmp_path)
    with TestClient(create_app(limited), headers=named) as client:
        for _ in range(60):
            assert client.get("/v1/nowhere").status_code == 404
        refused = client.get("/v1/cities")
    shown, said = example("/v1/cities", 429), refused.json()
    assert shown["detail"] == "more than 60 requests in 60 seconds; ask again in 12"
    seconds = refused.headers["retry-after"]
    assert said == shown | {"detail": shown["detail"].replace("in 12", f"in {seconds}")}
    described = operation("get", "/v1/cities")["responses"]["429"]["headers"]
    assert described.keys() == {"RateLimit", "RateLimit-Policy", "Retry-After"}
    assert all(name in refused.headers for name in described)


def test_the_description_says_what_takes_a_key_and_how() -> None:
    secured = {
        (method, path): operation["security"]
        for path, of in description()["paths"].items()
        for method, operation in of.items()
        if "security" in operation
    }
    ways: list[dict[str, list[str]]] = [{}, {"header": []}, {"address": []}, {"bearer": []}]
    assert secured == {
        ("get", "/v1/search"): ways,
        ("post", "/v1/search"): ways,
        ("get", "/v1/timeline"): ways,
        ("get", "/v1/compare"): ways,
        ("get", "/v1/suggest"): ways,
        ("get", "/v1/citations"): ways,
        ("get", "/v1/passages/{identity}/citation"): ways,
    }
    assert description()["components"]["securitySchemes"]["header"]["name"] == "X-Citywise-Key"


def test_the_examples_of_suggestions_and_similar_passages_have_the_servers_shape(
    client: TestClient,
) -> None:
    found = client.get("/v1/suggest", params={"q": "wa"}).json()
    assert shape(found) == shape(example("/v1/suggest", 200))
    passage = client.get("/v1/search", params={"q": "water"}).json()["results"][0]["passage_id"]
    alike = client.get(f"/v1/passages/{passage}/similar", params={"k": 1}).json()
    expected = example("/v1/passages/{identity}/similar", 200)
    for shown in (alike, expected):
        shown["similar"][0].pop("section")
        shown["similar"][0]["document"].pop("sources")
    assert shape(alike) == shape(expected)


def test_the_examples_of_health_are_what_the_server_answers(client: TestClient) -> None:
    assert client.get("/healthz").json() == example("/healthz", 200)
    assert shape(client.get("/readyz").json()) == shape(example("/readyz", 200))
