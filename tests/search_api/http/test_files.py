from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search_api.engine.searcher import Searcher
from search_api.exports import EXPORTS, SUFFIXES, ExportFormat, export
from search_api.http.app import create_app
from search_api.http.shown import SEARCH_ANSWER
from search_api.settings import Settings

SEARCH = "/v1/search"


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built))) as client:
        yield client


@pytest.mark.parametrize("form", EXPORTS)
def test_an_answer_comes_as_a_file(
    form: ExportFormat, client: TestClient, searcher: Searcher
) -> None:
    asked: dict[str, str | int] = {"q": "water", "k": 3, "offset": 1, "format": form}
    response = client.get(SEARCH, params=asked)
    media_type, text = export(searcher.ask("water", 3, 1), form, base="http://testserver")
    assert response.status_code == 200
    head = codecs.BOM_UTF8 if form == "csv" else b""  # without it spreadsheets garble accents
    assert response.content == head + text.encode()
    assert response.headers["content-type"] == media_type
    name = f"citywise{SUFFIXES[form]}"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["server-timing"].startswith("encode;dur=")
    assert response.links.keys() == {"next", "prev", "first"}
    held = {"If-None-Match": response.headers["etag"]}
    assert client.get(SEARCH, params=asked, headers=held).status_code == 304


def test_each_form_has_a_tag_of_its_own(client: TestClient) -> None:
    tags = {
        client.get(SEARCH, params={"q": "water", "format": form}).headers["etag"]
        for form in ("json", *EXPORTS)
    }
    assert len(tags) == 5


def test_pages_of_a_table_are_those_of_the_answer(client: TestClient) -> None:
    response = client.get(SEARCH, params={"q": "water", "k": 4, "format": "csv"})
    ranks = []
    for _ in range(3):
        ranks += [
            row["rank"]
            for row in csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline=""))
        ]
        if "next" not in response.links:
            break
        response = client.get(str(response.links["next"]["url"]))
        assert response.headers["content-type"].startswith("text/csv")
    assert ranks == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_form_that_does_not_exist_is_refused(client: TestClient) -> None:
    response = client.get(SEARCH, params={"q": "water", "format": "pdf"})
    assert response.status_code == 422
    assert response.json()["detail"] == (
        "format: Input should be 'json', 'csv', 'ris', 'bibtex' or 'markdown'"
    )


def test_the_description_shows_each_file(client: TestClient) -> None:
    shown = client.get("/openapi.json").json()["paths"][SEARCH]["get"]["responses"]["200"]
    given = [
        client.get(SEARCH, params={"q": "water", "format": form}).headers["content-type"]
        for form in EXPORTS
    ]
    assert list(shown["content"]) == ["application/json", *given]
    passage = SEARCH_ANSWER["results"][0]["passage_id"]
    for media in given:
        assert "https://HOST/documents/" in shown["content"][media]["example"], media
        assert passage in shown["content"][media]["example"]
