"""The frame for other sites, and the demo page of the docs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import serving
from tests.browser.looks import LOOKS, fits, put_on
from tests.browser.stage import Stage, demo_app, stage_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

INPUT = "citywise-search [part=input]"


@pytest.fixture(scope="module")
def places() -> Iterator[dict[str, str]]:
    """Addresses of the frame and of the demo page, before a server that plays every state."""
    with serving(stage_app(Stage())) as server, serving(demo_app(server)) as demo:
        yield {"frame": f"{server}/embed?filters=city%26kind", "demo": f"{demo}/"}


@pytest.mark.parametrize("place", ["frame", "demo"])
@pytest.mark.parametrize(
    ("state", "question"),
    [("idle", ""), ("results", "settlements"), ("closest", "partial"), ("empty", "none")],
)
def test_every_state_is_accessible_and_fits(
    place: str,
    state: str,
    question: str,
    page: Page,
    places: dict[str, str],
    axe: Callable[[Page], None],
) -> None:
    page.goto(places[place])
    if question:
        page.locator(INPUT).fill(question)
        page.keyboard.press("Enter")
    page.locator(f"citywise-search:state({state})").wait_for()
    for look in LOOKS:
        put_on(page, look)
        axe(page)
        assert fits(page), look


def test_without_scripts_the_frame_asks_the_page_in_a_window_of_its_own(
    browser: Browser, served: str
) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{served}/embed")
        page.get_by_role("searchbox").fill("water tanks")
        with context.expect_page() as opened:
            page.keyboard.press("Enter")
        opened.value.wait_for_selector(".card")
        assert opened.value.url == f"{served}/?q=water+tanks"
