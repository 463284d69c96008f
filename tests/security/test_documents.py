from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from bibtexparser.entrypoint import parse_string
from fastapi.testclient import TestClient
from markdown_it import MarkdownIt

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.snapshot import open_snapshot
from search_api.cli import run
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import FEWEST_PLACES
from tests.security.hostile import ADDRESSES, PAYLOADS, write_documents

pytestmark = pytest.mark.security

QUESTION = "water tanks informal settlement"

OURS = re.compile(r"https?://|/|#|\?|$")
"""What links of a page may begin with."""

STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")
"""What moves a terminal's cursor, or turns the words around."""

RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""With these, spreadsheets begin a formula."""


@pytest.fixture(scope="module")
def hostile(tiny_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of hostile documents."""
    folder = tmp_path_factory.mktemp("hostile")
    written = write_documents(folder / "corpus")
    index = folder / "index"
    report = build(Recipe(folder / "corpus", index, cache, str(tiny_model), True, FEWEST_PLACES))
    assert written == 5 * len(PAYLOADS) >= 100
    assert len(report.read) + len(report.skipped) == written
    assert len(report.read) >= 95, report.skipped
    return index


@pytest.fixture(scope="module")
def client(hostile: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=hostile)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def documents(hostile: Path) -> list[str]:
    return [identity for identity, _, _, _ in open_snapshot(hostile).passages.texts()]


def assert_inert(page: str) -> None:
    """Assert that nothing of a document became markup that runs or leads astray."""
    tree = lxml.html.document_fromstring(page)
    for script in tree.iter("script"):
        if script.get("type") == "application/ld+json":
            json.loads(script.text or "")
        else:
            assert (script.get("src") or "").startswith("/static/")
            assert not (script.text or "").strip()
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert element.tag not in ("iframe", "object", "embed", "base", "style", "frame")
            for name, value in element.attrib.items():
                assert not name.startswith("on"), (element.tag, name)
                if name in ("href", "src", "action", "formaction", "xlink:href", "data"):
                    assert OURS.match(value), (element.tag, name, value)
                    assert not value.startswith("//"), (element.tag, name, value)


def test_no_document_becomes_markup_of_its_page(client: TestClient, documents: list[str]) -> None:
    for identity in documents:
        response = client.get(f"/documents/{identity}")
        assert response.status_code == 200
        assert_inert(response.text)
        assert response.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("view", ["relevance", "city", "year"])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_no_excerpt_becomes_markup_of_an_answer(
    payload: str, view: str, client: TestClient
) -> None:
    response = client.get("/", params={"q": f"{QUESTION} {payload}"[:120], "view": view})
    assert response.status_code in (200, 422)
    assert_inert(response.text)


def test_a_template_in_a_document_is_text(client: TestClient) -> None:
    shown = lxml.html.document_fromstring(client.get("/documents/template.md").text)
    text = " ".join(shown.text_content().split())
    assert "{{ 7 * 7 }} {% for x in [] %} ${7*7} #{7*7} <%= 7*7 %>" in text


def test_json_says_that_it_is_nothing_else_and_links_lead_into_the_web(client: TestClient) -> None:
    for number in range(0, 200, 100):
        response = client.get("/v1/search", params={"q": QUESTION, "k": 100, "offset": number})
        assert response.headers["content-type"] == "application/json"
        assert response.headers["x-content-type-options"] == "nosniff"
        for result in response.json()["results"]:
            assert "".join(s["text"] for s in result["segments"]) == result["text"]
            assert result["link"] is None or result["link"].startswith(("https://", "http://"))


@pytest.mark.parametrize("form", ["text", "markdown", "bibtex", "ris"])
def test_no_document_steers_the_terminal(
    form: str, hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["ask", QUESTION, "-k", "100", "--index", str(hostile), "--format", form])
    out, err = capsys.readouterr()
    assert "tanks" in out
    assert STEERS.findall(out + err) == []


def test_no_cell_of_a_table_is_a_formula(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["ask", QUESTION, "-k", "100", "--index", str(hostile), "--format", "csv"])
    lines = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    run(["coverage", "--csv", "--index", str(hostile)])
    lines += list(csv.reader(io.StringIO(capsys.readouterr().out)))
    cells = [cell for line in lines for cell in line]
    assert len(cells) > 1000
    assert [c for c in cells if c.lstrip()[:1] in RUNS and c.strip() and not number(c)] == []
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text) is not None


def test_references_are_as_many_as_excerpts_whatever_their_titles_hold(client: TestClient) -> None:
    def saved(form: str) -> str:
        return client.get("/v1/search", params={"q": QUESTION, "k": 100, "format": form}).text

    excerpts = len(client.get("/v1/search", params={"q": QUESTION, "k": 100}).json()["results"])
    ris, bibtex = saved("ris"), parse_string(saved("bibtex"))
    assert excerpts >= 50
    assert len(re.findall(r"^TY  - ", ris, re.MULTILINE)) == excerpts
    assert len(re.findall(r"^ER  - ", ris, re.MULTILINE)) == excerpts
    assert (len(bibtex.entries), bibtex.failed_blocks) == (excerpts, [])
    assert "\\input{" not in saved("bibtex")
    rendered = MarkdownIt("commonmark").render(saved("markdown"))
    tree = lxml.html.fromstring(f"<div>{rendered}</div>")
    assert {str(element.tag) for element in tree.iter()}.isdisjoint({"script", "img", "svg"})
    links = [str(link.get("href")) for link in tree.iter("a")]
    assert links
    assert [link for link in links if not link.startswith(("http://", "https://"))] == []


def test_addresses_that_would_run_are_never_links(client: TestClient) -> None:
    harmful = [address for address in ADDRESSES if not address.startswith("http")]
    for form in ("apa", "chicago", "csl-json", "ris", "bibtex"):
        found = client.get("/v1/search", params={"q": QUESTION, "k": 20}).json()["results"]
        ids = [result["passage_id"] for result in found]
        text = client.get("/v1/citations", params={"id": ids, "format": form}).text
        assert [a for a in harmful if re.search(rf"(?:URL|url|UR)\W+{re.escape(a)}", text)] == []
