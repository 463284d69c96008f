"""A client of the page, and pages read as a browser reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from search_api.http.app import create_app
from search_api.settings import Settings

Read = Callable[..., html.HtmlElement]


@pytest.fixture(scope="module")
def feedback_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "said.sqlite"


@pytest.fixture(scope="module")
def client(built: Path, feedback_file: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(index=built, feedback=feedback_file))) as client:
        yield client


@pytest.fixture(scope="module")
def read(client: TestClient) -> Read:
    """Fetch an address and read its page: `read("/", q="water")`."""

    def fetch(address: str, status: int = 200, **query: Any) -> html.HtmlElement:
        response = client.get(address, params=query or None)
        assert response.status_code == status
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        return html.document_fromstring(response.text)

    return fetch


def words(element: html.HtmlElement) -> str:
    """What an element says, white space made even."""
    return " ".join(element.text_content().split())
