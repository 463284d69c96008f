from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from search_api.http.app import create_app
from search_api.keys import Terms, create
from search_api.settings import Settings
from tests.browser.conftest import PATIENCE, serving
from tests.browser.stage import host_app
from tests.browser.test_widget import WIDGET, ask, reach, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def closed(built: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """A server that answers with a key alone, and the address of another site."""
    settings = Settings(index=built, cache=folder, keys=folder / "keys.sqlite", require_key=True)
    with serving(create_app(settings)) as server, serving(host_app(server)) as host:
        yield server, host


def test_a_page_with_a_key_shows_what_the_key_presets_and_waits_when_it_must(
    page: Page, closed: tuple[str, str], folder: Path, expected: list[str]
) -> None:
    _, host = closed
    terms = Terms((host,), {"kind": ("session",)}, "1/day")
    secret, _key = create(folder / "keys.sqlite", terms)
    visit(page, host, attributes=f"key={secret}")
    ask(page, "settlements")
    reach(page, "results")
    titles = page.locator(f"{WIDGET} [part=title]").all_text_contents()
    assert set(titles) == {"Notes from Durban"}
    assert page.locator(f"{WIDGET} :is([part=context], [part=all])").count() == 0

    expected.append("429 (Too Many Requests)")
    with sqlite3.connect(folder / "requests.sqlite") as database:
        database.execute("UPDATE counts SET expires = ?", (time.time() + 3,))
    database.close()
    began = time.monotonic()
    ask(page, " in Durban")
    reach(page, "limited")
    assert page.locator(f"{WIDGET} [part=note]").text_content() in {
        f"Too many questions at once. Asked again in a moment.Asking again in {n} s"
        for n in (1, 2, 3)
    }
    reach(page, "results")
    assert 1 <= time.monotonic() - began < PATIENCE


def test_a_page_of_another_site_is_told_that_the_key_is_not_for_it(
    page: Page, closed: tuple[str, str], folder: Path, expected: list[str]
) -> None:
    server, host = closed
    secret, _key = create(folder / "keys.sqlite", Terms(("https://city.example",)))
    expected.append("403 (Forbidden)")
    visit(page, host, attributes=f"key={secret}")
    ask(page, "settlements")
    reach(page, "error")
    said = page.locator(f"{WIDGET} [part=note]").text_content() or ""
    assert f"this key is not for pages of {host}" in said
    page.goto(f"{server}/embed?q=settlements&key={secret}")  # the server's own page may
    reach(page, "results")
