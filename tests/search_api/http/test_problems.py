from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from indexer import errors
from indexer.errors import CitywiseError
from search_api.http.app import create_app
from search_api.http.problems import MEDIA_TYPE
from search_api.settings import Settings

SEARCH = "/v1/search"
JSON = {"content-type": "application/json"}

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    414: "URI Too Long",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    app = create_app(Settings(index=built))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def detail(response: Any, status: int) -> str:
    """Check the one shape of problems and return what this one says."""
    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE == "application/problem+json"
    body = response.json()
    assert body.keys() == {"type", "title", "status", "detail", "request_id"}
    assert body["request_id"] == response.headers["x-request-id"] != ""
    assert response.headers["cache-control"] == "no-store"
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["title"] == TITLES[status]
    said = body["detail"]
    assert isinstance(said, str)
    return said


@pytest.mark.parametrize("path", ["/nowhere", "/v1", "/v1/search/more", "/v2/search"])
def test_an_unknown_path_is_named(path: str, client: TestClient) -> None:
    assert detail(client.get(path), 404) == f"GET {path}: Not Found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", SEARCH, {"GET", "POST"}),
        ("PUT", SEARCH, {"GET", "POST"}),
        ("POST", "/healthz", {"GET"}),
        ("POST", "/readyz", {"GET"}),
        ("POST", "/openapi.json", {"GET"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    method: str, path: str, allowed: set[str], client: TestClient
) -> None:
    response = client.request(method, path)
    assert detail(response, 405) == f"{method} {path}: Method Not Allowed"
    assert set(response.headers["allow"].replace(" ", "").split(",")) - {"HEAD"} == allowed


FIELDS = [
    ({}, "q: Field required"),
    ({"q": ""}, "q: "),
    ({"q": "x" * 2001}, "q: "),
    ({"q": "x", "k": 0}, "k: "),
    ({"q": "x", "k": 101}, "k: "),
    ({"q": "x", "k": "many"}, "k: "),
    ({"q": "x", "k": 1.5}, "k: "),
    ({"q": "x", "offset": -1}, "offset: "),
    ({"q": "x", "offset": 1001}, "offset: "),
    ({"q": "x", "limit": 3}, "limit: Extra inputs are not permitted"),
    ({"Q": "x", "q": "x"}, "Q: Extra inputs are not permitted"),
]


@pytest.mark.parametrize(("asked", "begins"), FIELDS)
def test_a_wrong_parameter_is_named_in_the_address_and_in_the_body_alike(
    asked: dict[str, Any], begins: str, client: TestClient
) -> None:
    in_address = detail(client.get(SEARCH, params=asked), 422)
    in_body = detail(client.post(SEARCH, json=asked), 422)
    assert in_address.startswith(begins)
    assert in_body.startswith(begins)


def test_every_wrong_parameter_is_named_at_once(client: TestClient) -> None:
    said = detail(client.get(SEARCH, params={"k": 0, "offset": -1, "limit": 1}), 422)
    assert [part.split(":")[0] for part in said.split("; ")] == ["q", "k", "offset", "limit"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (" \t ", "the question is empty; ask in a few words or a sentence"),
        ("water " * 60, "the question has 62 tokens, the model reads 48; ask it in fewer words"),
    ],
)
def test_a_question_that_cannot_be_asked_is_answered_with_the_engines_sentence(
    question: str, said: str, client: TestClient
) -> None:
    assert detail(client.get(SEARCH, params={"q": question}), 422) == said
    assert detail(client.post(SEARCH, json={"q": question}), 422) == said


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"1"])
def test_a_body_that_is_no_object_is_named(body: bytes, client: TestClient) -> None:
    said = detail(client.post(SEARCH, content=body, headers=JSON), 422)
    assert said.startswith("body: ")


def test_a_form_is_no_json_body(client: TestClient) -> None:
    assert detail(client.post(SEARCH, data={"q": "x"}), 422).startswith("body: ")


@pytest.mark.parametrize("body", [b'{"q": ', b"q=x", b"{'q': 'x'}", b'{"q": "x",}'])
def test_malformed_json_is_called_so(body: bytes, client: TestClient) -> None:
    assert detail(client.post(SEARCH, content=body, headers=JSON), 400) == "body: no valid JSON"


@pytest.mark.parametrize(
    "body",
    [b'{"q": "\xff"}', b"[" * 100_000, b'{"q": "x", "k": 1' + b"0" * 5000 + b"}"],
    ids=["not UTF-8", "too deep", "too long a number"],
)
def test_a_body_that_cannot_be_parsed_at_all_is_a_problem_too(
    body: bytes, client: TestClient
) -> None:
    assert detail(client.post(SEARCH, content=body, headers=JSON), 400) == "body: no valid JSON"


@pytest.mark.parametrize("question", ['"\\ud83d"', "7", "null", '["x"]', "NaN"])
def test_a_question_that_is_no_text_is_refused(question: str, client: TestClient) -> None:
    body = f'{{"q": {question}}}'.encode()
    assert detail(client.post(SEARCH, content=body, headers=JSON), 422).startswith("q: ")


def test_an_unforeseen_error_is_a_problem_that_gives_nothing_away_but_its_name_in_the_log(
    built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(index=built))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the secret of /etc/shadow")

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get("/broken", headers={"X-Request-ID": "trace-7"})
    assert "request trace-7 met an unforeseen error; it follows" in caplog.messages
    assert response.headers.get_list("x-request-id") == ["trace-7"]
    assert detail(response, 500) == "an error of the program; its log says more"


def test_an_index_that_becomes_unreadable_is_unavailable_for_now(built: Path) -> None:
    app = create_app(Settings(index=built))
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get(SEARCH, params={"q": "water"}).status_code == 200
        app.state.searchers.get().snapshot.passages.close()  # as if its file had gone
        assert client.get(SEARCH, params={"q": "water"}).status_code == 200  # it was kept
        response = client.get(SEARCH, params={"q": "food"})
    assert detail(response, 503) == "the index cannot be read at present"
    assert response.headers["retry-after"] == "30"


OURS = [
    (errors.QuestionError("too long"), 422, "too long"),
    (errors.SnapshotError("/srv/index: lost"), 503, "the index cannot be read at present"),
    (errors.NoSnapshotError("/srv/index: lost"), 503, "the index cannot be read at present"),
    (errors.DamagedError("/srv/index: lost"), 503, "the index cannot be read at present"),
    (errors.FormatError("/srv/index: lost"), 503, "the index cannot be read at present"),
    (errors.BusyError("/srv/index: lost"), 503, "the index cannot be read at present"),
    (errors.StorageError("s3://x: lost"), 503, "the index cannot be read at present"),
    (errors.StoreError("db.example: lost"), 503, "the index cannot be read at present"),
    (errors.CorpusError("no documents"), 500, "no documents"),
    (errors.DocumentError("a.md", "empty"), 500, "a.md: empty"),
    (errors.HarvestError("https://example.org", "gone"), 500, "https://example.org: gone"),
    (errors.EngineError("ray: lost"), 500, "ray: lost"),
    (errors.ModelError("no model"), 500, "no model"),
    (errors.CitationError("no JSON"), 422, "no JSON"),
    (errors.NotHeldError("passage x is not here"), 404, "passage x is not here"),
    (errors.DatasetError("no set"), 500, "no set"),
    (errors.FeedbackError("/srv/said: full"), 500, "/srv/said: full"),
    (errors.KeysError("/srv/keys: lost"), 500, "/srv/keys: lost"),
    (errors.SettingsError("CITYWISE_PORT=x"), 500, "CITYWISE_PORT=x"),
    (
        errors.MissingExtraError("Building", "indexer"),
        500,
        "Building needs the extra [indexer]: pip install 'citywise[indexer]'",
    ),
]


def test_the_table_of_our_errors_is_complete() -> None:
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    assert {type(error) for error, _, _ in OURS} == kinds - {CitywiseError}


@pytest.mark.parametrize(
    ("error", "status", "said"), OURS, ids=[type(error).__name__ for error, _, _ in OURS]
)
def test_each_of_our_errors_has_its_status_and_sentence(
    error: CitywiseError, status: int, said: str, built: Path
) -> None:
    app = create_app(Settings(index=built))

    @app.get("/broken")
    def broken() -> None:
        raise error

    client = TestClient(app, raise_server_exceptions=False)
    assert detail(client.get("/broken"), status) == said
