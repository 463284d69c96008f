"""A real browser, a page of its own for each test, and a real server to look at."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import uvicorn

from search_api.http.app import create_app
from search_api.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

PATIENCE = 10.0
"""Seconds after which whatever is waited for is given up."""


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; without one the test is skipped, or fails where one is required."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "no chromium on this machine: apt-get install chromium"
        if os.environ.get("CITYWISE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(f"did not run: {reason}")
    return found


# Not for the session: as long as it lives, its event loop keeps other tests from running theirs.
@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of this folder."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def expected() -> list[str]:
    """Parts of console messages that a test means to provoke; it appends to this list."""
    return []


@pytest.fixture
def page(browser: Browser, expected: list[str]) -> Iterator[Page]:
    """A page in a context of its own; any error or warning in its console fails the test."""
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        by_itself = message.location["url"].endswith("/favicon.ico")  # asked for by the browser
        if message.type in ("error", "warning") and not by_itself:
            said.append(message.text)

    context.on("console", hear)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield page
    context.close()
    assert [text for text in said if not any(part in text for part in expected)] == []


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """Assert that axe-core finds nothing wrong with a page as it is now: `axe(page, selector)`."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page, within: str | None = None) -> None:
        found = Axe().run(page, context=within).response["violations"]
        assert [
            (rule["id"], node["target"], node["failureSummary"])
            for rule in found
            for node in rule["nodes"]
        ] == []

    return check


@contextmanager
def serving(app: object) -> Iterator[str]:
    """Serve an ASGI application on a free port of this machine; gives its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive(), "the server ended by itself"
        assert time.monotonic() < deadline, f"the server was not ready after {PATIENCE} s"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


@pytest.fixture(scope="package")
def served(built: Path) -> Iterator[str]:
    """The address of a server that answers from an index of the small corpus."""
    with serving(create_app(Settings(index=built))) as address:
        yield address
