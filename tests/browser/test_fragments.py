"""Links into pages, followed by a real browser: does it scroll to the words?"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from indexer.readers.formats import read
from indexer.sentences import sentence_spans
from search_api.engine.fragment import fragment
from tests.browser.conftest import serving
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PASSAGES = 60
FOUND = 0.95
"""Share of the passages that must be scrolled to."""

FAR = "<style>p, li, td, h1, h2, h3 {display: block; margin: 3000px 0}</style>"
"""So far apart that nothing is in view unless the browser went there."""

WHERE = """([words, count]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  let seen = 0
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const start = node.data.replace(/\\s+/g, ' ').trim()
    if (!start.startsWith(words) || seen++ < count) continue
    const {top, bottom} = node.parentElement.getBoundingClientRect()
    return [scrollY > 0, bottom > 0 && top < innerHeight]
  }
  return null
}"""


def alike() -> str:
    """A page that says the same over and over, in paragraphs, items and cells."""
    rows = "".join(
        f"<tr><td>Place {place}</td><td>No measures were reported.</td><td>Nobody came.</td></tr>"
        for place in range(8)
    )
    parts = "".join(
        f"<h2>Ward {ward}</h2><p>Water came by truck. It came on Monday.</p>"
        f"<ul><li>The pump of ward {ward} was mended.</li><li>The wells were closed.</li></ul>"
        for ward in range(8)
    )
    return f"<h1>Wards</h1>{parts}<table>{rows}</table>"


def pages() -> dict[str, str]:
    notes = sorted((ROOT / "corpus" / "sessions").glob("*.md"))[::4]
    texts = {note.stem: note.read_text(encoding="utf-8").split("\n---\n", 1)[-1] for note in notes}
    parser = MarkdownIt("commonmark").enable("table")
    return {name: parser.render(text) for name, text in texts.items()} | {"alike": alike()}


def whole(name: str, body: str) -> str:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(name)}</title>"
        "<link rel=icon href='data:,'>"
        f"{FAR}</head><body><main>{body}</main></body></html>"
    )


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    made = {name: whole(name, body) for name, body in pages().items()}

    async def show(request: Request) -> HTMLResponse:
        return HTMLResponse(made[request.path_params["name"]])

    with serving(Starlette(routes=[Route("/{name}", show)])) as address:
        yield address


def chosen(folder: Path) -> list[tuple[str, str, tuple[int, int]]]:
    """Sixty sentences, a third of them on the page where all is alike: name, text and span."""
    found: dict[bool, list[tuple[str, str, tuple[int, int]]]] = {True: [], False: []}
    for name, body in pages().items():
        (folder / f"{name}.html").write_text(whole(name, body), encoding="utf-8")
        for document in read(folder / f"{name}.html", f"{name}.html", {}):
            assert not isinstance(document, Exception)
            spans = sentence_spans(document.text, "en")
            found[name == "alike"] += [(name, document.text, span) for span in spans]
    hard, easy = found[True], found[False]
    third = PASSAGES // 3
    return [hard[i * len(hard) // third] for i in range(third)] + [
        easy[i * len(easy) // (2 * third)] for i in range(2 * third)
    ]


def test_a_link_scrolls_to_its_passage(site: str, page: Page, tmp_path: Path) -> None:
    missed = []
    for name, text, (start, end) in chosen(tmp_path):
        page.goto("about:blank")
        page.goto(f"{site}/{name}#:~:text={fragment(text, (start, end))}")
        line = text.rfind("\n", 0, start) + 1
        line = max(line, text.rfind("\t", 0, start) + 1)
        words = " ".join(text[line:].split("\n")[0].split("\t")[0].split())
        count = [" ".join(x.split()) for y in text[:line].split("\n") for x in y.split("\t")].count(
            words
        )
        seen = page.evaluate(WHERE, [words[:40], count])
        if seen is None or not seen[1]:
            missed.append((name, text[start:end], fragment(text, (start, end)), seen))
    assert 1 - len(missed) / PASSAGES >= FOUND, missed
