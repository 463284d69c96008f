from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html

from indexer.snapshot.snapshot import open_snapshot
from search_api.engine.answer import Verdict
from search_api.engine.searcher import Searcher
from search_api.http.app import create_app
from search_api.settings import Settings
from search_api.web.arrange import arranged
from search_api.web.assets import address
from search_api.web.pages import environment
from search_api.web.params import Params
from tests.search_api.web.conftest import Read, words

ASKED = {"q": "informal settlements"}
FIRST_LOAD = 60_000
"""Bytes that the first page may weigh, compressed, with everything that it fetches."""


def test_the_empty_page_offers_a_form_topics_and_questions_that_the_collection_has(
    read: Read,
) -> None:
    page = read("/")
    (form,) = page.forms
    assert (form.action, form.method, form.get("role")) == ("/", "GET", "search")
    assert words(page.cssselect("label[for=q]")[0]) == "Your question"
    assert [words(link) for link in page.cssselect(".questions a")] == [
        "Who got water to people without a tap?",
        "What was done against evictions?",
    ]
    topics = page.cssselect(".topics a")
    assert [words(link) for link in topics] == ["housing 1", "water 1"]
    assert topics[0].get("href") == "/?q=housing&topic=housing"
    assert words(page.cssselect("footer")[0]).startswith("3 documents, 2020 · 7 passages · index ")


def test_an_answer_shows_what_the_engine_says_and_nothing_else(
    read: Read, searcher: Searcher
) -> None:
    answer = searcher.ask("informal settlements", 10)
    page = read("/", **ASKED)
    shown = page.cssselect("[data-passage]")
    assert [each.get("data-passage") for each in shown] == [r.passage_id for r in answer.results]
    assert [each.text_content() for each in shown] == [r.text for r in answer.results]
    marked = ["".join(m.text_content() for m in each.cssselect("mark")) for each in shown]
    expected = ["".join(s.text for s in r.segments if s.mark) for r in answer.results]
    assert [m.replace("\t", "") for m in marked] == [e.replace("\t", "") for e in expected]
    references = [words(each) for each in page.cssselect(".quote .citation")]
    assert references == [result.citation for result in answer.results]


def test_each_excerpt_can_be_opened_quoted_cited_and_linked_to(
    read: Read, searcher: Searcher
) -> None:
    page = read("/", **ASKED)
    result = searcher.ask("informal settlements", 1).results[0]
    card = page.get_element_by_id(f"r-{result.passage_id}")
    here = f"/documents/{result.document.id}?passage={result.passage_id}#p-{result.passage_id}"
    title = card.cssselect("h2 a")[0]
    assert (words(title), title.get("href")) == (result.document.title, here)
    permalink = next(a for a in card.cssselect(".actions a") if words(a).startswith("Permalink"))
    assert permalink.get("href") == f"/documents/{result.document.id}#p-{result.passage_id}"
    opened = card.cssselect("a.open")[0]
    assert (opened.get("href"), opened.get("rel")) == (result.link, "noopener external")
    assert words(opened) == f"Open at passage: {result.document.title}"
    assert words(card.cssselect("blockquote")[0]) == " ".join(
        "".join(s.text for s in result.segments if s.mark).split()
    )
    formats = {words(link): link.get("href") for link in card.cssselect(".formats a")}
    of = f"/v1/passages/{result.passage_id}/citation?format="
    assert formats == {
        "APA": of + "apa", "Chicago": of + "chicago", "BibTeX": of + "bibtex",
        "RIS": of + "ris", "CSL-JSON": of + "csl-json",
    }  # fmt: skip


def test_every_view_is_a_link_and_keeps_the_question(read: Read) -> None:
    page = read("/", **ASKED)
    links = {words(link): link.get("href") for link in page.cssselect(".views a")}
    assert links == {
        "By relevance": "/?q=informal+settlements",
        "By city": "/?q=informal+settlements&view=city",
        "By year": "/?q=informal+settlements&view=year",
    }
    for view in links.values():
        assert read(view).cssselect("h1#results")


def test_years_are_bars_that_lead_to_their_year(read: Read) -> None:
    page = read("/", view="year", **ASKED)
    (bar,) = page.cssselect(".found .years a")
    assert words(bar) == "2020 7 excerpts"
    assert bar.get("href") == (
        "/?q=informal+settlements&since=2020-01-01&until=2020-12-31&view=year"
    )
    assert bar.cssselect("rect")[0].get("width") == "100%"
    assert [words(heading) for heading in page.cssselect("h2.group")] == ["2020"]


def test_cities_have_cards_and_points_on_a_map_that_the_list_repeats(read: Read) -> None:
    page = read("/", view="city", **ASKED)
    assert [words(each) for each in page.cssselect(".place > h2")] == [
        "Durban South Africa", "Lima Peru", "Quito Ecuador",
    ]  # fmt: skip
    assert [words(each) for each in page.cssselect(".place .more")] == [
        "2 more excerpts from Durban", "2 more excerpts from Lima",
    ]  # fmt: skip
    points = {each.get("aria-label"): each.get("href") for each in page.cssselect(".map a")}
    assert points == {
        "Durban, South Africa: 3": "/?q=informal+settlements&city=geonames%3A1007311",
        "Lima, Peru: 3": "/?q=informal+settlements&city=geonames%3A3936456",
        "Quito, Ecuador: 1": "/?q=informal+settlements&city=geonames%3A3652462",
    }
    listed = [link.get("href") for link in page.cssselect(".places a")]
    assert listed == list(points.values())


def test_filters_have_counts_and_can_be_taken_away(read: Read) -> None:
    page = read("/", country="PE", lang="es", **ASKED)
    boxes = {
        words(box.getparent()): box.get("checked") is not None  # type: ignore[arg-type]
        for box in page.cssselect("input[name=country], input[name=region]")
    }
    assert boxes == {
        "Perú 3": True, "Sudáfrica 3": False, "Ecuador 1": False,
        "Sudamérica 3": False,
    }  # fmt: skip
    shown = {words(each) for each in page.cssselect(".card .meta .city")}
    assert shown == {"Lima"}
    pills = {words(each): each.get("href") for each in page.cssselect(".pills a")}
    assert pills == {
        "Quitar el filtro: Perú ×": "/?q=informal+settlements&lang=es",
        "Quitar todos": "/?q=informal+settlements&lang=es",
    }


def test_where_a_filter_leaves_nothing_it_is_named_and_other_topics_offered(read: Read) -> None:
    page = read("/", city="Atlantis", **ASKED)
    assert words(page.cssselect("h1")[0]) == "No excerpts"
    said = words(page.cssselect(".notice")[0])
    assert said.startswith(
        "Nothing was found. No passage passes the filter “Atlantis”. There are: "
    )
    assert "There are: Lima, Durban, Quito. Ask without filters Topics of this collection" in said
    assert [words(each) for each in page.cssselect(".notice .topics a")] == ["housing", "water"]
    assert page.cssselect("input[name=city][value=Atlantis][checked]")


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("strong", "Strong evidence"),
        (
            "partial",
            "No exact matches. 7 passages were searched; what came nearest is shown below. T",
        ),
        ("none", "This collection holds no good evidence on this. 7 passages were searched; what"),
    ],
)
def test_a_verdict_is_said_as_it_is(verdict: Verdict, said: str, searcher: Searcher) -> None:
    params = Params("informal settlements")
    results = replace(arranged(searcher.ask(params.q), params, str), verdict=verdict, searched=7)
    template = environment("en").get_template("verdict.html")
    shown = template.render(results=results, params=params, nearby=["water"])
    assert words(html.document_fromstring(shown)).startswith(said)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"q": "water " * 60}, "the question has 62 tokens, the model reads 48; ask it in fewer"),
        ({"q": "x", "since": "2020-13-01"}, "since: '2020-13-01' is no date; write it as 2020, "),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_page(
    query: dict[str, str], said: str, read: Read
) -> None:
    page = read("/", 422, **query)
    assert words(page.cssselect("h1")[0]) == "This cannot be asked"
    assert words(page.cssselect("[role=alert]")[0]).startswith(said)
    assert page.get_element_by_id("q").get("value") == " ".join(query["q"].split())


def test_markup_in_a_question_stays_text(client: TestClient) -> None:
    text = client.get("/", params={"q": "<script>alert(1)</script> \"'><b>"}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &#34;&#39;&gt;&lt;b&gt;" in text


@pytest.mark.parametrize(
    ("header", "query", "language", "heading"),
    [
        ("", {}, "en", "What did cities do?"),
        ("es-AR,es;q=0.9", {}, "es", "¿Qué hicieron las ciudades?"),
        ("es", {"lang": "fr"}, "fr", "Qu’ont fait les villes ?"),
    ],
)
def test_the_page_speaks_the_readers_language(
    header: str, query: dict[str, str], language: str, heading: str, client: TestClient
) -> None:
    response = client.get("/", params=query, headers={"Accept-Language": header})
    assert f'<html lang="{language}" dir="ltr">' in response.text
    assert f"<h1>{heading}</h1>" in response.text
    assert response.headers["content-language"] == language
    assert "Accept-Language" in response.headers["vary"]


def test_a_chosen_language_stays_chosen(read: Read) -> None:
    page = read("/", lang="es", **ASKED)
    assert page.cssselect("input[name=lang]")[0].get("value") == "es"
    for link in page.cssselect(".views a, .years a, .card h2 a"):
        assert "lang=es" in (link.get("href") or "")
    other = page.cssselect(".languages a[hreflang=fr]")[0]
    assert other.get("href") == "/?q=informal+settlements&lang=fr"


@pytest.mark.parametrize("address", ["/", "/?q=water", "/documents/durban-note", "/documents/no"])
def test_a_page_holds_nothing_inline_and_says_so(address: str, client: TestClient) -> None:
    response = client.get(address)
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cache-control"] == "no-cache"
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", response.text)
    scripts = re.findall(r"<script([^>]*)>", response.text)
    assert all("src=" in each or "application/ld+json" in each for each in scripts)
    assert "set-cookie" not in response.headers


def test_whatever_the_page_fetches_comes_from_here_and_is_light(client: TestClient) -> None:
    page = client.get("/", params=ASKED)
    names = ["page.css", "icon.svg", "land.svg", "page.js", "copying.js", "citing.js",
             "panels.js", "opinions.js", "suggesting.js"]  # fmt: skip
    assets = [client.get(address(name)) for name in names]
    assert {asset.status_code for asset in assets} == {200}
    assert {asset.headers["cache-control"] for asset in assets} == {
        "public, max-age=31536000, immutable"
    }
    weight = sum(len(gzip.compress(each.content)) for each in (page, *assets))
    assert weight < FIRST_LOAD
    assert set(re.findall(r'(?:src|href)="(?:https?:)?//([^"/]+)', page.text)) <= {"example.org"}


def test_an_asset_of_another_version_is_not_sent(client: TestClient) -> None:
    assert client.get("/static/000000000000/page.css").status_code == 404
    assert client.get(address("..%2fassets.py")).status_code == 404


def test_a_page_and_its_assets_are_sent_compressed(client: TestClient) -> None:
    for where in ("/?q=water", address("page.css")):
        assert client.get(where).headers["content-encoding"] == "gzip"


def test_machines_read_what_the_collection_is(read: Read, client: TestClient) -> None:
    (script,) = read("/").xpath("//script[@type='application/ld+json']")
    described = json.loads(script.text)
    assert (described["@type"], described["temporalCoverage"]) == ("Dataset", "2020")
    assert described["keywords"] == ["housing", "water"]
    assert described["version"] == client.get("/readyz").json()["index"]
    assert described["distribution"]["contentUrl"] == "http://testserver/v1/documents"


def test_browsers_and_language_models_are_told_how_to_ask(client: TestClient) -> None:
    search = client.get("/opensearch.xml")
    assert search.headers["content-type"].startswith("application/opensearchdescription+xml")
    assert 'template="http://testserver/?q={searchTerms}"' in search.text
    (offered,) = re.findall('x-suggestions[+]json" method="get" template="([^"]+)"', search.text)
    assert offered == "http://testserver/v1/suggest?q={searchTerms}&amp;format=opensearch"
    llms = client.get("/llms.txt")
    assert llms.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Semantic search over 3 documents of networks of cities." in llms.text
    assert "(http://testserver/v1/search?q=informal+settlements&k=3)" in llms.text
    assert "`http://testserver/mcp`" in llms.text


def test_an_index_that_becomes_unreadable_is_said_in_a_page(built: Path) -> None:
    app = create_app(Settings(index=built, feedback=None))
    with TestClient(app) as client:
        app.state.searchers.get().snapshot.passages.close()
        response = client.get("/", params={"q": "water"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "30")
    assert "The index cannot be read at present. Please try again in a moment." in response.text


def test_the_head_of_a_page_can_be_asked_for_alone(client: TestClient) -> None:
    response = client.head("/")
    assert (response.status_code, response.content) == (200, b"")


def test_the_page_asks_the_index_that_is_published(built: Path, read: Read) -> None:
    named = words(read("/", **ASKED).cssselect("footer")[0])
    assert named.startswith(f"Index {open_snapshot(built).manifest.id} of ")


def test_an_answer_can_be_saved_as_files_of_what_was_asked(read: Read, client: TestClient) -> None:
    page = read("/", q="water", kind="session", view="city", lang="fr")
    (saving,) = page.find_class("saving")
    assert words(saving) == "Enregistrer jusqu’à 100 extraits : CSV RIS BibTeX Markdown"
    addresses = [str(link.get("href")) for link in saving.iter("a")]
    assert addresses[0] == "/v1/search?q=water&kind=session&k=100&format=csv"
    types = [client.get(address).headers["content-type"].split(";")[0] for address in addresses]
    assert types == [
        "text/csv", "application/x-research-info-systems", "application/x-bibtex", "text/markdown",
    ]  # fmt: skip
    assert read("/", q="water", kind="news").find_class("saving") == []
