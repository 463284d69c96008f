"""The page as people use it: with the keyboard alone, without scripts, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from indexer.build import build
from indexer.report import Recipe
from search_api.feedback import entries
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.browser.conftest import serving
from tests.browser.looks import LOOKS, fits, put_on
from tests.conftest import FEWEST_PLACES, write_corpus

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

pytestmark = pytest.mark.browser

FIRST_LOAD = 60_000
"""Bytes that come over the wire, at most, with an empty cache."""

ARABIC = """---
id: amman-water
title: المياه في عمّان
kind: report
date: "2021-06-01"
language: ar
topics: [water]
sources:
  - {publisher: City of Amman, title: Tanks, url: "https://amman.example/tanks"}
---

# المياه في عمّان

وزّعت المدينة خزانات المياه على الأحياء. Water tanks were carried to every quarter.
"""

ASKED = "/?q=water+tanks+in+informal+settlements"


@pytest.fixture(scope="package")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where readers' words are kept."""
    return tmp_path_factory.mktemp("said") / "feedback.sqlite"


@pytest.fixture(scope="package")
def site(
    tiny_model: Path, cache: Path, said: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a server with the small corpus and a report in Arabic."""
    folder = tmp_path_factory.mktemp("site")
    corpus = write_corpus(folder / "corpus")
    (corpus / "amman.md").write_text(ARABIC, encoding="utf-8")
    build(Recipe(corpus, folder / "index", cache, str(tiny_model), False, FEWEST_PLACES))
    with serving(create_app(Settings(index=folder / "index", feedback=said))) as address:
        yield address


def test_what_is_typed_is_completed(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.type("wat", delay=20)
    option = page.locator("#suggestions option").first
    option.wait_for(state="attached")
    assert option.get_attribute("value") == "water"
    assert page.locator("#q").get_attribute("list") == "suggestions"


CHOOSE = """(field, text) => {
  field.value = text
  field.dispatchEvent(new InputEvent("input", {inputType: "insertReplacementText", bubbles: true}))
}"""
"""What a browser does to the field when an entry of its list is chosen; the list itself, which it
draws outside of the page, cannot be reached where there is no screen."""


def test_a_completion_that_is_chosen_stands_in_the_field_and_is_asked_with_enter(
    page: Page, site: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site)
    page.keyboard.type("dur", delay=20)
    option = page.locator("#suggestions option").nth(1)
    option.wait_for(state="attached")
    title = option.get_attribute("value")
    assert title == "Notes from Durban"
    page.locator("#q").evaluate(CHOOSE, title)
    page.wait_for_timeout(400)  # longer than the pause after which completions are fetched
    assert [url for url in asked if "/v1/suggest" in url] == [f"{site}/v1/suggest?q=dur"]
    assert page.url == f"{site}/"  # choosing alone leads nowhere: WCAG 2.2, 3.2.2
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=Notes+from+Durban")
    assert page.locator("#q").input_value() == title


def focused(page: Page) -> str:
    """What has the focus says, or is named."""
    found: str = page.evaluate(
        "(e => (e.innerText || e.name || e.tagName).trim())(document.activeElement)"
    )
    return found


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something that begins with these words has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page).startswith(wanted):
            return
    pytest.fail(f"{wanted!r} cannot be reached with the keyboard")


def test_ask_filter_open_cite_and_go_back_with_the_keyboard_alone(page: Page, site: str) -> None:
    page.goto(site)
    assert focused(page) == "q"
    page.keyboard.type("water tanks")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=water+tanks*")
    assert page.evaluate("document.activeElement.id") == "results"

    page.focus("#q")
    tab_to(page, "Topic")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to(page, "Apply")
    page.keyboard.press("Enter")
    page.wait_for_url("**topic=*")
    assert page.locator(".pills a").first.inner_text().startswith("Remove filter:")
    filtered = page.url

    title = page.locator(".card h2 a").first.inner_text()
    tab_to(page, title)
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")
    assert page.locator("h1").first.inner_text() == title
    assert page.locator(".passage.lit").count() == 1

    tab_to(page, "Cite")
    page.keyboard.press("Enter")
    tab_to(page, "BibTeX")
    page.keyboard.press("Enter")
    page.wait_for_selector(".made")
    assert page.locator(".made").inner_text().lstrip().startswith("@")

    page.go_back()
    assert page.url == filtered


def test_everything_is_there_without_scripts(browser: Browser, site: str, said: Path) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(site)
    page.fill("#q", "water tanks")
    page.click("text=Search")
    assert page.locator(".card").count() > 3
    page.click("text=By year")
    assert "view=year" in page.url
    page.locator(".found .years a", has_text="2021").click()
    assert "since=2021-01-01" in page.url
    page.click("text=Clear all")
    page.click("text=By relevance")
    page.locator("summary", has_text="Topic").click()
    page.locator("input[name=topic][value=water]").check()
    page.locator(".panel[open] button").click()
    assert "topic=water" in page.url
    page.locator("summary", has_text="Quote").first.click()
    assert page.locator("blockquote").first.is_visible()
    page.locator("button", has_text="Not useful").first.click()
    assert page.locator(".noted").inner_text() == "Thank you, noted."
    assert [(each.question, each.useful) for each in entries(said)][-1] == ("water tanks", False)
    page.locator(".card h2 a").first.click()
    assert page.locator(".passage.lit").is_visible()
    context.close()


def test_a_word_on_an_excerpt_is_sent_in_place(page: Page, site: str, said: Path) -> None:
    page.goto(site + ASKED)
    page.locator("button", has_text="Useful").first.click()
    page.wait_for_selector(".noted")
    assert focused(page) == "Thank you, noted."
    assert page.url == site + ASKED
    assert next(reversed(list(entries(said)))).useful


def test_a_quotation_is_copied_with_its_reference(page: Page, site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site + ASKED)
    card = page.locator(".card").first
    card.locator("summary", has_text="Quote").click()
    card.locator(".copy").click()
    page.wait_for_selector("text=Copied")
    sentence, reference = page.evaluate("navigator.clipboard.readText()").split("\n", 1)
    assert sentence == f"“{card.locator('blockquote').text_content()}”"
    assert reference == card.locator(".quote .citation").inner_text()


def test_a_panel_closes_with_escape_and_gives_the_focus_back(page: Page, site: str) -> None:
    page.goto(site + ASKED)
    page.locator("summary", has_text="Topic").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".panel[open]").count() == 0
    assert focused(page) == "Topic"
    page.keyboard.press("Enter")
    page.locator("h1").click()
    assert page.locator(".panel[open]").count() == 0


STATES = [
    "/", ASKED, f"{ASKED}&view=city", f"{ASKED}&view=year", f"{ASKED}&topic=water&since=2020-01-01",
    f"{ASKED}&topic=none", "/?q=x&since=never", "/documents/durban-note", "/documents/amman-water",
    "/documents/durban-note?passage=0123456789abcdef", "/documents/lost", "/?lang=es",
    f"{ASKED}&lang=fr", f"{ASKED}+Tokyo&lang=es", f"{ASKED}&page=9",
]  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_and_fits(
    state: str, page: Page, site: str, expected: list[str], axe: Callable[[Page], None]
) -> None:
    expected += ["status of 404", "status of 422"]  # two of the states are such answers
    page.goto(site + state)
    page.evaluate("document.querySelectorAll('.card details').forEach(e => e.open = true)")
    for look in LOOKS:
        put_on(page, look)
        axe(page)
        assert fits(page), look


def test_every_state_says_the_same_without_scripts(browser: Browser, page: Page, site: str) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        bare = context.new_page()
        for state in STATES[:5] + STATES[7:9] + STATES[-2:]:
            said = []
            for each in (page, bare):
                each.goto(site + state)
                said.append(each.locator("main").inner_text())
            assert said[0] == said[1] != "", state


@pytest.mark.parametrize("setting", [{"require_key": True}, {"rate": "1/day"}])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_refusal_is_accessible_and_fits(
    setting: dict[str, Any],
    lang: str,
    built: Path,
    tmp_path: Path,
    page: Page,
    expected: list[str],
    axe: Callable[[Page], None],
) -> None:
    expected += ["status of 401", "status of 429"]
    with serving(create_app(Settings(index=built, cache=tmp_path, **setting))) as address:
        for _ in range(2):
            response = page.goto(f"{address}{ASKED}&lang={lang}")
        assert response is not None
        assert response.status in (401, 429)
        for look in LOOKS:
            put_on(page, look)
            axe(page)
            assert fits(page), look


def test_what_opens_is_accessible(page: Page, site: str, axe: Callable[[Page], None]) -> None:
    page.goto(site + ASKED)
    cite = page.locator("details.cite").first
    cite.locator("summary").click()
    cite.locator("a", has_text="APA").click()
    page.wait_for_selector(".made")
    page.locator("button", has_text="Useful").first.click()
    page.wait_for_selector(".noted")
    page.locator("summary", has_text="Dates").click()
    for look in LOOKS:
        put_on(page, look)
        axe(page)
        assert fits(page), look


def test_a_text_runs_in_its_own_direction(page: Page, site: str) -> None:
    page.goto(f"{site}/documents/amman-water")
    direction = "e => getComputedStyle(e).direction"
    assert page.locator(".passage").first.evaluate(direction) == "rtl"
    assert page.locator("h1").first.evaluate(direction) == "rtl"
    assert page.locator(".side").evaluate(direction) == "ltr"


@pytest.mark.parametrize("state", ["/", ASKED, "/documents/durban-note"])
def test_a_first_load_is_light_and_asks_nobody_else(state: str, page: Page, site: str) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(site + state, wait_until="networkidle")
    assert len(asked) > 8
    assert [each.url for each in asked if not each.url.startswith(site)] == []
    assert sum(each.sizes()["responseBodySize"] for each in asked) <= FIRST_LOAD
    assert page.context.cookies() == []


def test_a_permalink_scrolls_to_its_passage(page: Page, site: str) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 900, "height": 300})
    page.goto(site + ASKED)
    link = page.locator(".card", has_text="Markets were moved").locator("h2 a")
    passage = str(link.get_attribute("href")).partition("#")[2]
    link.click()
    page.wait_for_url("**/documents/**")
    expect(page.locator(f"#{passage}")).to_be_in_viewport()


def test_paper_shows_sources_and_the_day_and_no_controls(page: Page, site: str) -> None:
    page.goto(site + ASKED)
    page.emulate_media(media="print")
    assert page.locator(".card .printed").first.is_visible()
    assert "Retrieved on" in page.locator(".foot .printed").inner_text()
    for control in (".ask", ".actions", ".views", ".languages", ".noting"):
        assert not page.locator(control).first.is_visible()
    page.emulate_media(media="screen")
    page.goto(f"{site}{ASKED}+in+Tokyo")
    assert page.locator(".near").is_visible()
    page.emulate_media(media="print")
    assert "No passage speaks of Tokyo." in page.locator(".notice").inner_text()
    assert not page.locator(".near").is_visible()
    page.emulate_media(media="screen")
    page.goto(f"{site}/documents/amman-water")
    page.emulate_media(media="print")
    assert page.locator(".facts .printed").inner_text().strip() == "https://amman.example/tanks"
