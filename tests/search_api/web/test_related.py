from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient
from lxml import html

from search_api.engine.filters import Filters
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import BuildTiny
from tests.search_api.web.conftest import words

LISTED = ["Who carried food baskets?", "How were the cities closed?", "Where did the truck go?"]
KNOWN = "Who got water to people without a tap?"


def test_listed_questions_begin_the_page_and_follow_an_answer(
    corpus: Path, tmp_path: Path, build_tiny: BuildTiny
) -> None:
    text = "".join(f"- {question}\n" for question in [KNOWN, *LISTED])
    (corpus / "questions.yaml").write_text(text, encoding="utf-8")
    build_tiny(corpus, tmp_path / "index")
    with TestClient(create_app(Settings(index=tmp_path / "index", feedback=None))) as client:
        home = html.document_fromstring(client.get("/?lang=es").text)
        offered = [words(link) for link in home.cssselect(".questions a")]
        assert offered == ["¿Quién llevó agua a la gente sin grifo?", *LISTED]
        asked = {"q": LISTED[0], "city": "Lima", "lang": "es"}
        page = html.document_fromstring(client.get("/", params=asked).text)
        assert words(page.cssselect("#related")[0]) == "Preguntas relacionadas"
        links = page.cssselect("section[aria-labelledby=related] a")
        told = client.get("/v1/search", params={"q": LISTED[0]}).json()["related"]
        assert [words(link) for link in links] == told
        assert 0 < len(told) <= 3
        assert LISTED[0] not in told
        address = str(links[0].get("href"))
        assert address.startswith("/?q=")
        assert "city=" not in address
        searcher = client.app.state.searchers.get()  # type: ignore[attr-defined]
        part = Filters(within=Filters(city=("Lima",)))
        assert searcher.ask(LISTED[0], filters=part).related == []
        offered = searcher.suggester_within(part).complete(LISTED[0], 8)
        assert [each.text for each in offered] == []
