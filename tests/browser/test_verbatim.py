"""What is shown is what is stored, to the byte, however odd the text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.browser.conftest import serving
from tests.conftest import FEWEST_PLACES, write_corpus

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ODD = (
    "Water  came\tby truck &amp; <b>cart</b>.\r\n\r\n"
    "Cafe\u0301 and café, fi\ufb01ne, \u00a0hard space\u2003wide one, soft\u00adhyphen.\n\n"
    "  \u200fعمّان\u200e 12\u202f500 litres 🚰👩🏽\u200d🌾 \\n &#x41; ]]> </mark> {{ 7 * 7 }} \u2028"
    "water “tanks” — 100 %…\n"
)
"""Spaces of every width, composed and taken apart, both directions, and what looks like markup."""

SHOWN = """(all, name) => all.map((each) => [each.dataset.passage, each.textContent])"""


@pytest.fixture(scope="module")
def stored(tiny_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    corpus = write_corpus(folder / "corpus")
    (corpus / "odd.txt").write_bytes(ODD.encode())
    build(Recipe(corpus, folder / "index", cache, str(tiny_model), False, FEWEST_PLACES))
    return folder / "index"


@pytest.fixture(scope="module")
def held(stored: Path) -> Snapshot:
    return open_snapshot(stored)


@pytest.fixture(scope="module")
def site(stored: Path) -> Iterator[str]:
    with serving(create_app(Settings(index=stored))) as address:
        yield address


def texts(held: Snapshot, document: str) -> dict[str, bytes]:
    """The stored texts of a document's passages, cut out of its canonical text."""
    whole = held.passages.whole(document)
    assert whole is not None
    return {each.id: whole.text[each.start : each.end].encode() for each in whole.passages}


DOCUMENTS = ("odd.txt", "durban-note", "lima-bikes", "quito-food")


@pytest.mark.parametrize("view", ["relevance", "city", "year"])
def test_excerpts_of_the_page(view: str, page: Page, site: str, held: Snapshot) -> None:
    stored = {key: text for name in DOCUMENTS for key, text in texts(held, name).items()}
    page.goto(f"{site}/?q=water+tanks&view={view}")
    shown = page.locator(".excerpt[data-passage]").evaluate_all(SHOWN)
    odd = set(texts(held, "odd.txt"))
    assert odd & {passage for passage, _ in shown} != set()
    assert [text.encode() for _, text in shown] == [stored[passage] for passage, _ in shown]


def test_the_passages_of_a_document(page: Page, site: str, held: Snapshot) -> None:
    for name in DOCUMENTS:
        page.goto(f"{site}/documents/{name}")
        shown = page.locator(".text [data-passage]").evaluate_all(SHOWN)
        assert {passage: text.encode() for passage, text in shown} == texts(held, name)


def test_excerpts_of_the_widget(page: Page, site: str, held: Snapshot) -> None:
    stored = [text for name in DOCUMENTS for text in texts(held, name).values()]
    page.goto(f"{site}/embed?q=water+tanks&limit=50")
    page.locator("citywise-search:state(results), citywise-search:state(closest)").wait_for()
    shown = page.locator("citywise-search [part=excerpt]").all_text_contents()
    assert sorted(text.encode() for text in shown) == sorted(stored)
