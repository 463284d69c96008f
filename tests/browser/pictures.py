"""Take the pictures of the widget in docs/screenshots: `python -m tests.browser.pictures [INDEX]`.

The index is that of the shipped corpus, as `make ask` builds it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from search_api.http.app import create_app
from search_api.settings import Settings
from tests.browser.conftest import serving
from tests.browser.stage import Stage, demo_app, host_app, stage_app
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

FOLDER = ROOT / "docs" / "screenshots"
COLOURS = 96
SEARCH = "citywise-search [part=input]"


@contextmanager
def looking(browser: Browser, width: int, height: int, **media: Any) -> Iterator[Page]:
    """A page of a size, light or dark."""
    size: ViewportSize = {"width": width, "height": height}
    with browser.new_context(viewport=size, locale="en-GB", **media) as context:
        yield context.new_page()


def ask(page: Page, question: str, state: str) -> None:
    """Ask, and wait for a state."""
    page.locator(SEARCH).fill(question)
    page.keyboard.press("Enter")
    page.locator(f"citywise-search:state({state})").wait_for()


def keep(page: Page, name: str) -> None:
    """Keep what is seen, in few colours."""
    path = FOLDER / f"widget-{name}.png"
    page.screenshot(path=path, animations="disabled")
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(path.name, path.stat().st_size)  # noqa: T201


def take_demo(browser: Browser, server: str, host: str) -> None:
    """The demo page, and a frame, with real answers."""
    with looking(browser, 900, 1000, color_scheme="light") as page:
        page.goto(host)
        ask(page, "how did cities handle informal settlements?", "results")
        keep(page, "results")
    with looking(browser, 640, 420, color_scheme="light") as page:
        page.goto(f"{server}/embed?q=trams+in+Tokyo")
        page.locator("citywise-search:state(empty)").wait_for()
        keep(page, "empty")


def take_states(browser: Browser, host: str) -> None:
    """The dialog, a narrow page from right to left, and notes."""
    with looking(browser, 900, 700, color_scheme="dark") as page:
        page.goto(f"{host}/?attributes=mode%3Ddialog%20filters%3D%22city%26kind%22")
        page.locator("citywise-search [part=open]").click()
        ask(page, "informal settlements", "results")
        keep(page, "dialog-dark")
    with looking(browser, 320, 640, color_scheme="light") as page:
        page.goto(f"{host}/?dir=rtl&attributes=lang%3Des%20filters%3Dcity")
        ask(page, "partial", "closest")
        keep(page, "closest-narrow-rtl")
    for state, question in (("limited", "limited"), ("error", "broken")):
        with looking(browser, 640, 320, color_scheme="light") as page:
            page.goto(host)
            ask(page, question, state)
            keep(page, state)


def main(index: Path) -> None:
    """Take all pictures."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    found = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        with (
            serving(create_app(Settings(index=index))) as server,
            serving(demo_app(server)) as host,
        ):
            take_demo(browser, server, host)
        with serving(stage_app(Stage())) as server, serving(host_app(server)) as host:
            take_states(browser, host)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "index")
