"""Links into pages, followed by a real browser: does it scroll to the words?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from markdown_it import MarkdownIt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from indexer.readers.formats import read
from indexer.sentences import sentence_spans
from search_api.engine.fragment import EDGE_WORDS, fragment
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


Chosen = tuple[str, str, tuple[int, int]]
"""A page, its canonical text, and the span of a sentence."""


def chosen(folder: Path) -> list[Chosen]:
    """Sixty sentences, a third of them on the page where all is alike: name, text and span."""
    found: dict[bool, list[Chosen]] = {True: [], False: []}
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


def first_words(text: str, span: tuple[int, int]) -> str:
    """What a link would hold that names a sentence by its beginning, and no more."""
    return quote(" ".join(text[slice(*span)].split()[:EDGE_WORDS]), safe="").replace("-", "%2D")


def is_shown(page: Page, text: str, start: int) -> bool:
    """Whether the line or cell of a text that holds an offset is in view."""
    line = max(text.rfind(part, 0, start) for part in "\n\t") + 1
    before = [" ".join(part.split()) for part in re.split(r"[\n\t]", text[:line])]
    words = " ".join(re.split(r"[\n\t]", text[line:])[0].split())
    seen = page.evaluate(WHERE, [words[:40], before.count(words)])
    return seen is not None and seen[1]


def missed(
    page: Page, site: str, passages: list[Chosen], name: Callable[[str, tuple[int, int]], str]
) -> list[tuple[str, str]]:
    """Page and link of each passage that the browser did not scroll to."""
    lost = []
    for where, text, span in passages:
        link = name(text, span)
        page.goto("about:blank")
        page.goto(f"{site}/{where}#:~:text={link}")
        if not is_shown(page, text, span[0]):
            lost.append((where, link))
    return lost


def test_a_link_scrolls_to_its_passage_where_first_words_often_do_not(
    site: str, page: Page, tmp_path: Path
) -> None:
    passages = chosen(tmp_path)
    assert len(passages) == PASSAGES
    ours = missed(page, site, passages, fragment)
    plain = missed(page, site, passages, first_words)
    print(f"scrolled to: {PASSAGES - len(ours)} of {PASSAGES}, "  # noqa: T201
          f"by first words alone {PASSAGES - len(plain)}")  # fmt: skip
    assert 1 - len(ours) / PASSAGES >= FOUND, ours
    assert 1 - len(plain) / PASSAGES < FOUND
