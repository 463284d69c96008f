from __future__ import annotations

import json

import pytest

from indexer.readers.draft import Draft
from indexer.readers.html import draft_html


def read(head: str, body: str = "<p>Text.</p>", attributes: str = "") -> Draft:
    html = f"<html {attributes}><head>{head}</head><body>{body}</body></html>"
    return draft_html(html.encode(), "page.html")


def linked(*nodes: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(nodes)}</script>'


SITE = '<meta property="og:site_name" content="Ciudades Unidas">'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Agua - Ciudades Unidas</title>" + SITE, "<p>x", "Agua"),
        ("<title>Ciudades Unidas: Agua - plan</title>" + SITE, "<p>x", "Agua - plan"),
        ("<title>Agua - plan</title>", "<p>x", "Agua - plan"),
        ("<title>Agua</title>", "<h1>Plan de agua</h1>", "Plan de agua"),
        ("<title>Agua</title>", "<h1>Uno</h1><h1>Dos</h1>", "Agua"),
        ("<title>Untitled Document</title>", "<p>x", None),
        ("<title>Ciudades Unidas</title>" + SITE, "<p>x", None),
        (linked({"@type": "Article", "headline": "Plan"}), "<h1>Otro</h1>", "Plan"),
    ],
)
def test_the_title_is_the_page_s_and_not_the_site_s(
    head: str, body: str, title: str | None
) -> None:
    assert read(head, body).stated.get("title") == title


@pytest.mark.parametrize(
    ("head", "body", "date"),
    [
        ('<meta name="DC.date" content="20200517">', "<p>x", "2020-05-17"),
        ('<meta name="citation_publication_date" content="2020/5/7">', "<p>x", "2020-05-07"),
        ('<meta name="date" content="Tue, 05 May 2020 10:00:00 GMT">', "<p>x", "2020-05-05"),
        ('<meta name="date" content="5 mayo 2020">', "<p>x", "5 mayo 2020"),
        ('<meta property="article:modified_time" content="2020-05-05">', "<p>x", None),
        ("", '<p>x<time pubdate datetime="2020-05-05T10:00">May</time>', "2020-05-05"),
        ("", '<p>x<time datetime="2020-05-05">May</time>', None),
        (
            linked({"@type": "Article", "datePublished": "2019-01-02"})
            + '<meta name="date" content="2020-01-02">',
            "<p>x",
            "2019-01-02",
        ),
        (
            linked(
                {"@type": "Article", "datePublished": "2019-01-02"},
                {"@type": "Article", "datePublished": "2019-01-03"},
            ),
            "<p>a list of teasers",
            None,
        ),
    ],
)
def test_only_a_date_of_publication_counts(head: str, body: str, date: str | None) -> None:
    assert read(head, body).stated.get("date") == date


@pytest.mark.parametrize("date", ["2020-02-30", "2999-01-01", "1970-01-01T00:00:00Z", "soon"])
def test_an_impossible_date_is_left_out_with_a_warning(date: str) -> None:
    draft = read(f'<meta name="date" content="{date}">')
    assert draft.stated == {}
    assert draft.warnings == [f"states the impossible date {date!r}; it is left out"]


def test_json_ld_is_read_in_all_its_forms() -> None:
    report = {"@type": ["Report"], "publisher": [{"@type": "Organization", "name": "UCLG"}]}
    draft = read(linked({"@type": "WebSite"}, report))
    assert draft.stated == {"publisher": "UCLG", "kind": "report"}
    graph = {"@graph": [{"@type": "WebPage", "datePublished": "2020-05-05", "inLanguage": "pt"}]}
    assert read(linked(graph)).stated == {"date": "2020-05-05", "language": "pt"}


def test_broken_json_ld_is_left_out_with_a_warning() -> None:
    broken = '\n<script type="application/ld+json">{"headline": </script>'
    draft = read(broken + "<title>Plan</title>")
    assert draft.stated == {"title": "Plan"}
    assert draft.warnings == ["line 2: no valid JSON-LD; what it states is left out"]


@pytest.mark.parametrize(
    ("head", "attributes", "stated"),
    [
        ('<meta property="og:locale" content="es_MX">', "", {"language": "es-MX"}),
        ('<meta http-equiv="Content-Language" content="fr">', "", {"language": "fr"}),
        ('<meta property="og:locale" content="es">', "lang=en", {"language": "en"}),
        ("", "lang='not a language'", {}),
        ('<link rel="canonical" href="/news">', "", {}),
        ('<meta property="og:url" content="https://a.example/b">', "",
         {"url": "https://a.example/b"}),
        ('<link rel="canonical" href="javascript:alert(1)">', "", {}),
        ('<meta name="DC.publisher" content="UCLG">', "", {"publisher": "UCLG"}),
        ('<meta name="publisher" content="https://a.example">', "", {}),
    ],
)  # fmt: skip
def test_language_address_and_publisher(head: str, attributes: str, stated: dict[str, str]) -> None:
    assert read(head, attributes=attributes).stated == stated
