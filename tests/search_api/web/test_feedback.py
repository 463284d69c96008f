from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from search_api.engine.searcher import Searcher
from search_api.feedback import entries, today
from search_api.http.app import create_app
from search_api.settings import Settings
from search_api.web.opinions import MOST_BYTES
from tests.search_api.web.conftest import Read

HERE = {"Origin": "http://testserver", "Accept": "text/html"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def filled(read: Read) -> dict[str, str]:
    """The form of the first excerpt as a browser would send it."""
    form = next(each for each in read("/", q="informal settlements").forms if each.method == "POST")
    return {**dict(form.form_values()), "useful": "yes"}


def test_a_readers_word_is_kept_and_leads_back_to_the_excerpt(
    filled: dict[str, str], client: TestClient, feedback_file: Path, searcher: Searcher
) -> None:
    sent = client.post("/feedback", data=filled, headers=HERE, follow_redirects=False)
    passage = filled["passage"]
    assert sent.status_code == 303
    assert sent.headers["location"] == f"/?q=informal+settlements&noted={passage}#r-{passage}"
    assert "Thank you, noted." in client.get(sent.headers["location"]).text
    (kept,) = entries(feedback_file)
    assert (kept.question, kept.passage, kept.useful) == ("informal settlements", passage, True)
    assert (kept.snapshot, kept.day) == (searcher.snapshot.manifest.id, today())


def test_a_script_is_answered_without_a_page(filled: dict[str, str], client: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/plain"}
    sent = client.post("/feedback", data={**filled, "useful": "no"}, headers=headers)
    assert (sent.status_code, sent.content) == (204, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_site_sends_is_not_taken(
    headers: dict[str, str], filled: dict[str, str], client: TestClient, feedback_file: Path
) -> None:
    before = len(list(entries(feedback_file)))
    sent = client.post("/feedback", data=filled, headers=headers)
    assert sent.status_code == 403
    assert "Feedback is taken from this site’s own pages only." in sent.text
    assert len(list(entries(feedback_file))) == before


@pytest.mark.parametrize(
    "change",
    [
        {"useful": "maybe"},
        {"question": ""},
        {"snapshot": "../../etc"},
        {"back": "https://elsewhere.example"},
        {"back": "//elsewhere.example/?"},
        {"question": "x" * MOST_BYTES},
    ],
)
def test_a_form_that_is_not_ours_is_not_taken(
    change: dict[str, str], filled: dict[str, str], client: TestClient
) -> None:
    sent = client.post("/feedback", data={**filled, **change}, headers=HERE)
    assert sent.status_code == 422
    assert "The form is incomplete. Please go back and try again." in sent.text


@pytest.mark.parametrize("body", [b"\xff", b"&".join([b"a=1"] * 50), b"useful=yes&question=%FF"])
def test_a_body_that_is_no_form_is_not_taken(body: bytes, client: TestClient) -> None:
    sent = client.post("/feedback", content=body, headers=HERE | FORM)
    assert sent.status_code == 422


def test_a_passage_that_is_not_in_the_index_is_not_taken(
    filled: dict[str, str], client: TestClient
) -> None:
    sent = client.post("/feedback", data={**filled, "passage": "0" * 16}, headers=HERE)
    assert sent.status_code == 404
    assert "The index no longer holds this excerpt." in sent.text


def test_where_none_is_wanted_none_is_asked_for_and_none_taken(
    filled: dict[str, str], built: Path
) -> None:
    with TestClient(create_app(Settings(index=built, feedback=None))) as client:
        assert "/feedback" not in client.get("/", params={"q": "water"}).text
        sent = client.post("/feedback", data=filled, headers=HERE)
    assert sent.status_code == 404
    assert "Feedback is not kept here." in sent.text


def test_what_cannot_be_written_is_said(
    filled: dict[str, str], built: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    path = tmp_path / "file" / "said.sqlite"
    with TestClient(create_app(Settings(index=built, feedback=path))) as client:
        assert "/feedback" not in client.get("/", params={"q": "water"}).text
        sent = client.post("/feedback", content=urlencode(filled), headers=HERE | FORM)
    assert sent.status_code == 503
    assert "Feedback cannot be kept at present. Nothing was stored." in sent.text
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
