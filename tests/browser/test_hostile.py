from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.snapshot import open_snapshot
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.browser.conftest import serving
from tests.conftest import FEWEST_PLACES
from tests.security.hostile import PAYLOADS, write_documents

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

pytestmark = pytest.mark.browser

QUESTION = "water tanks informal settlement"


@pytest.fixture(scope="module")
def hostile(tiny_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write_documents(folder / "corpus")
    index = folder / "index"
    build(Recipe(folder / "corpus", index, cache, str(tiny_model), True, FEWEST_PLACES))
    return index


@pytest.fixture(scope="module")
def address(hostile: Path) -> Iterator[str]:
    with serving(create_app(Settings(index=hostile))) as found:
        yield found


def heard(page: Page) -> list[str]:
    """What dialogs say, which is how the documents' scripts would show that they run."""
    alerts: list[str] = []

    def hear(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    return alerts


def test_nothing_in_a_document_runs_or_is_even_tried(
    page: Page, address: str, hostile: Path, expected: list[str]
) -> None:
    """The fixture fails on any word in the console, and a breach of the policy is one."""
    expected.append("status of 422")  # some payloads are longer than the tiny model reads
    alerts = heard(page)
    texts = open_snapshot(hostile).passages.texts()
    pages = [f"/documents/{quote(identity)}" for identity, _, _, _ in texts]
    pages += [f"/?q={quote(QUESTION)}&view={view}" for view in ("relevance", "city", "year")]
    pages += [f"/?q={quote(f'{QUESTION} {payload}'[:120])}" for payload in PAYLOADS.values()]
    assert len(pages) > 100
    for path in pages:
        response = page.goto(f"{address}{path}", wait_until="load")
        assert response is not None
        assert response.status in (200, 422), path
    assert alerts == []


def test_nothing_in_a_document_runs_in_the_widget(page: Page, address: str) -> None:
    alerts = heard(page)
    page.goto(f"{address}/embed?q={quote(QUESTION)}&limit=50")
    page.locator("citywise-search li").first.wait_for(state="attached")
    links = page.locator("citywise-search a").evaluate_all("found => found.map(a => a.protocol)")
    assert set(links) <= {"http:", "https:"}
    assert alerts == []
