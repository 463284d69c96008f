from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from fastapi.testclient import TestClient

from indexer.snapshot.passages import Hit
from indexer.snapshot.snapshot import Snapshot
from search_api.http.app import create_app
from search_api.http.shown import CITATIONS
from search_api.settings import Settings
from tests.search_api.http.test_openapi import shape
from tests.search_api.http.test_problems import detail

NOBODY = "0123456789abcdef"


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


@pytest.fixture(scope="module")
def hit(snapshot: Snapshot) -> Hit:
    (found,) = (h for h in snapshot.passages.hits(range(7)) if "Quito carried" in h.passage.text)
    return found


def not_held(snapshot: Snapshot) -> str:
    return (
        f"passage {NOBODY} is not in index {snapshot.manifest.id}; take ids from an answer's "
        "`passage_id`, and look for an older citation with `citywise verify --citation FILE`"
    )


def test_a_passage_is_given_verbatim_with_document_neighbours_and_addresses(
    client: TestClient, snapshot: Snapshot
) -> None:
    hits = [h for h in snapshot.passages.hits(range(7)) if h.document.id == "durban-note"]
    first, second, third = hits[:3]
    found = client.get(f"/v1/passages/{second.passage.id}", params={"context": 1}).json()
    assert (found["passage_id"], found["text"]) == (second.passage.id, second.passage.text)
    assert [each["passage_id"] for each in found["before"]] == [first.passage.id]
    assert [each["text"] for each in found["after"]] == [third.passage.text]
    assert found["document"]["sha256"] == second.document.sha256
    assert found["permalink"] == (f"http://testserver/documents/durban-note#p-{second.passage.id}")
    assert found["link"].startswith("https://example.org/durban#:~:text=")
    alone = client.get(f"/v1/passages/{second.passage.id}").json()
    assert (alone["before"], alone["after"], alone["index"]) == ([], [], snapshot.manifest.id)


def test_an_excerpt_of_an_answer_is_found_by_its_id_with_the_same_document_and_citation(
    client: TestClient,
) -> None:
    (result,) = client.get("/v1/search", params={"q": "water", "k": 1}).json()["results"]
    found = client.get(f"/v1/passages/{result['passage_id']}").json()
    for name in ("text", "span", "page", "section", "aspect", "noise", "document", "citation"):
        assert found[name] == result[name]


@pytest.mark.parametrize(
    ("form", "media_type", "suffix"),
    [
        ("apa", "text/plain; charset=utf-8", None),
        ("chicago", "text/plain; charset=utf-8", None),
        ("bibtex", "application/x-bibtex; charset=utf-8", ".bib"),
        ("ris", "application/x-research-info-systems; charset=utf-8", ".ris"),
        ("csl-json", "application/vnd.citationstyles.csl+json", ".json"),
    ],
)
def test_a_citation_comes_as_text_or_as_a_file(
    form: str, media_type: str, suffix: str | None, client: TestClient, hit: Hit
) -> None:
    one = client.get(f"/v1/passages/{hit.passage.id}/citation", params={"format": form})
    several = client.get("/v1/citations", params={"passage": [hit.passage.id], "format": form})
    assert (one.status_code, one.headers["content-type"]) == (200, media_type)
    assert several.text == one.text
    names = [f"citywise-{hit.passage.id}{suffix}"] * 2
    for response, name in zip((one, several), names, strict=True):
        expected = f'attachment; filename="{name}"' if suffix else "inline"
        assert response.headers["content-disposition"] == expected
    assert f"http://testserver/documents/quito-food#p-{hit.passage.id}" in one.text


def test_a_selection_is_one_file_that_parses_back(client: TestClient, snapshot: Snapshot) -> None:
    chosen = [passage.id for passage in snapshot.passages.all()][:3]
    asked = {"passage": [*chosen, chosen[0]]}
    bib = client.get("/v1/citations", params={**asked, "format": "bibtex"})
    assert bib.headers["content-disposition"] == 'attachment; filename="citywise.bib"'
    keys = [f"citywise-{identity}" for identity in chosen]
    assert [entry.key for entry in parse_string(bib.text).entries] == keys
    ris = client.get("/v1/citations", params={**asked, "format": "ris"}).text
    assert [record["id"] for record in rispy.loads(ris)] == keys
    csl = client.get("/v1/citations", params={**asked, "format": "csl-json"}).json()
    assert [item["id"] for item in csl] == keys


def test_what_is_exported_is_verified_as_it_is(client: TestClient, snapshot: Snapshot) -> None:
    chosen = [passage.id for passage in snapshot.passages.all()]
    items = client.get("/v1/citations", params={"passage": chosen, "format": "csl-json"}).json()
    items[1]["custom"] |= {"passage": NOBODY, "quote": "Never said, nowhere at all."}
    items[1]["note"] = ""
    found = client.post("/v1/verify", json=items).json()
    assert (found["unchanged"], found["moved"], found["gone"]) == (6, 0, 1)
    assert found["citations"][1]["status"] == "gone"
    assert found["citations"][0]["now"]["permalink"] == items[0]["custom"]["permalink"]


def test_an_address_asks_for_one_old_citation(client: TestClient, hit: Hit) -> None:
    quote, sha256 = "Quito carried food", hit.document.sha256
    link = f"https://elsewhere.example/documents/quito-food#p-{hit.passage.id}"
    for asked in ({"passage": hit.passage.id}, {"permalink": link}):
        found = client.get("/v1/verify", params={**asked, "quote": quote, "sha256": sha256}).json()
        assert (found["status"], found["detail"]) == (
            "unchanged",
            "the passage stands as it was cited",
        )
        assert found["now"]["passage_id"] == hit.passage.id
    gone = client.get("/v1/verify", params={"passage": NOBODY, "quote": "no words of this corpus"})
    assert (gone.status_code, gone.json()["status"], gone.json()["now"]) == (200, "gone", None)


def test_a_snapshot_that_is_still_kept_is_asked_by_its_id(
    client: TestClient, snapshot: Snapshot, hit: Hit
) -> None:
    asked = {"passage": hit.passage.id, "snapshot": snapshot.manifest.id}
    assert client.get("/v1/verify", params=asked).json()["status"] == "unchanged"
    said = f"snapshot {NOBODY} is not kept; kept are: {snapshot.manifest.id}"
    asked["snapshot"] = NOBODY
    assert detail(client.get("/v1/verify", params=asked), 404) == said
    body = [{"passage": hit.passage.id}]
    assert detail(client.post(f"/v1/verify?snapshot={NOBODY}", json=body), 404) == said


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/passages/{NOBODY}",
        f"/v1/passages/{NOBODY}/citation",
        f"/v1/citations?passage={NOBODY}",
    ],
)
def test_a_passage_that_is_not_held_is_a_problem(
    path: str, client: TestClient, snapshot: Snapshot
) -> None:
    assert detail(client.get(path), 404) == not_held(snapshot)


@pytest.mark.parametrize(
    ("path", "begins"),
    [
        (f"/v1/passages/{NOBODY}?context=11", "context: "),
        (f"/v1/passages/{NOBODY}?context=-1", "context: "),
        (f"/v1/passages/{NOBODY}/citation?format=mla", "format: "),
        ("/v1/citations", "passage: Field required"),
        ("/v1/citations?" + "passage=p&" * 101, "passage: List should have at most 100 items"),
        ("/v1/verify", "body: names no passage; give `passage`, a `permalink`, `quote` or"),
        ("/v1/verify?quot=x", "quot: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_parameter_is_named(path: str, begins: str, client: TestClient) -> None:
    assert detail(client.get(path), 422).startswith(begins)


@pytest.mark.parametrize(
    ("body", "begins"),
    [
        ([], "body: List should have at least 1 item"),
        ([{"passage": "p"}] * 101, "body: List should have at most 100 items"),
        ([{"passage": "p"}, {"title": "x"}], "1: names no passage; give `passage`"),
        ({"passage": "p"}, "body: Input should be a valid list"),
    ],
)
def test_a_list_that_cannot_be_checked_is_named(body: Any, begins: str, client: TestClient) -> None:
    assert detail(client.post("/v1/verify", json=body), 422).startswith(begins)


def test_permalinks_begin_with_the_address_that_is_set(built: Path, hit: Hit) -> None:
    app = create_app(Settings(index=built, public_url="https://search.example.org/library/"))
    with TestClient(app) as client:
        found = client.get(f"/v1/passages/{hit.passage.id}").json()["permalink"]
    assert found == (f"https://search.example.org/library/documents/quito-food#p-{hit.passage.id}")


def test_the_examples_of_the_description_have_the_shape_that_the_server_gives(
    client: TestClient, hit: Hit
) -> None:
    found = client.get(f"/v1/passages/{hit.passage.id}", params={"context": 1}).json()
    example = json.loads(json.dumps(CITATIONS["passage"]))
    for each in (found, example):
        assert each["document"].pop("sources") is not None
        for name in ("section", "before", "after"):
            each.pop(name)
    assert shape(found) == shape(example)
    checked = client.get("/v1/verify", params={"passage": hit.passage.id}).json()
    assert shape(checked) == shape(CITATIONS["checked"])


def test_the_examples_are_of_one_passage_and_agree() -> None:
    passage, checked = CITATIONS["passage"], CITATIONS["checked"]
    identity = passage["passage_id"]
    assert passage["permalink"] in CITATIONS["apa"]
    (entry,) = parse_string(CITATIONS["bibtex"]).entries
    (record,) = rispy.loads(CITATIONS["ris"])
    (item,) = CITATIONS["csl-json"]
    assert entry.key == record["id"] == item["id"] == f"citywise-{identity}"
    assert item["abstract"] == record["abstract"] == passage["text"]
    assert checked["now"]["passage_id"] == identity
    assert (checked["status"], CITATIONS["verification"]["unchanged"]) == ("unchanged", 1)


@pytest.mark.parametrize("path", ["/v1/passages/{identity}/citation", "/v1/citations"])
def test_the_description_shows_each_kind_of_file(path: str, client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"][path]["get"]
    assert described["summary"]
    assert described["description"].endswith(".")
    shown = described["responses"]["200"]["content"]
    assert {media: content["example"] for media, content in shown.items()} == {
        "text/plain; charset=utf-8": CITATIONS["apa"],
        "application/x-bibtex; charset=utf-8": CITATIONS["bibtex"],
        "application/x-research-info-systems; charset=utf-8": CITATIONS["ris"],
        "application/vnd.citationstyles.csl+json": CITATIONS["csl-json"],
    }
    problems = {"401", "403", "404", "413", "414", "422", "429", "500", "503"}
    assert described["responses"].keys() == {"200", "304"} | problems
