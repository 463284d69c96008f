from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import DocumentError
from indexer.readers.draft import Draft
from indexer.readers.html import draft_html

PAGES = Path(__file__).parent / "pages"


def read(html: str | bytes) -> Draft:
    return draft_html(html.encode() if isinstance(html, str) else html, "page.html")


def brief(draft: Draft) -> list[tuple[object, ...]]:
    """Kind and text; for a heading its level too, for a table its rows."""
    shown: list[tuple[object, ...]] = []
    for e in draft.elements:
        if e.kind == "table":
            shown.append(("table", e.header, *e.rows))
        else:
            shown.append((f"h{e.level}" if e.level else e.kind, e.text))
    return shown


def page(name: str) -> Draft:
    return draft_html((PAGES / name).read_bytes(), name)


def dropped(draft: Draft) -> list[tuple[str, str]]:
    return [(d.reason, d.text) for d in draft.dropped]


def test_a_news_page_gives_its_article_and_says_what_else_stood_there() -> None:
    draft = page("news.html")
    assert brief(draft) == [
        ("h1", "Durban maps its informal settlements"),
        ("paragraph", "9 March 2021"),
        (
            "paragraph",
            "The municipality of eThekwini has mapped 580 settlements\n"
            "with the people who live in them.",
        ),
        ("h2", "What was done"),
        ("item", "1. Streets were named."),
        ("item", "2. Taps were counted."),
        ("paragraph", "A street in Cato Manor."),
        ("paragraph", "“We know our neighbours now,” said Nomsa Dube."),
        ("h2", "Links"),
        ("item", "The atlas"),
        ("item", "The method"),
    ]
    assert dropped(draft) == [
        ("skip link", "Skip to content"),
        ("cookie notice", "We use cookies to improve your visit. Accept"),
        ("page header", "Cities in Exchange Cities Africa News"),
        ("breadcrumb", "Home › News"),
        ("share buttons", "Share on social media"),
        ("hidden", "Hidden note."),
        ("sidebar", "Latest Quito builds stairs"),
        ("page footer", "© 2023 Cities in Exchange"),
    ]
    assert draft.stated == {
        "title": "Durban maps its informal settlements",
        "date": "2021-03-09",
        "publisher": "Cities in Exchange",
        "url": "https://exchange.example/news/durban-maps",
        "language": "en-GB",
        "kind": "news",
    }
    assert draft.warnings == []


def test_a_page_without_semantic_tags_loses_only_its_links_and_imprint() -> None:
    draft = page("plain.html")
    assert brief(draft) == [
        ("h1", "Plan de agua de Quito"),
        ("paragraph", "La ciudad reparó 40 km de tuberías."),
        ("paragraph", "El plan duró tres años y costó doce millones."),
        (
            "table",
            True,
            ("Barrio", "Fugas", ""),
            ("Norte\nzona 1", "12", "9"),
            ("Norte\nzona 1", "7", "3"),
        ),
    ]
    assert dropped(draft) == [
        ("outside the main content", "Inicio La red Contacto"),
        ("page footer", "© 2019 Red de Ciudades. Todos los derechos reservados."),
    ]


def test_a_page_that_folds_its_content_is_read_whole() -> None:
    draft = page("french.html")
    assert brief(draft)[-4:] == [
        ("paragraph", "Pourquoi ?"),
        ("paragraph", "Les légumes coûtaient trop cher."),
        ("h3", "Coûts"),
        ("paragraph", "Deux cents euros par jardin."),
    ]
    assert [reason for reason, _ in dropped(draft)] == [
        "navigation",
        "sidebar",
        "cookie notice",
        "for browsers without scripts",
    ]
    assert draft.stated == {
        "title": "Jardins partagés à Dakar",
        "date": "2020-05",
        "language": "fr",
    }


@pytest.mark.parametrize(
    ("html", "elements"),
    [
        ("a&shy;b&nbsp;c\n d<!-- x --> e", [("paragraph", "ab c d e")]),
        ("<p>a<br>b<br><br>c</p>", [("paragraph", "a\nb"), ("paragraph", "c")]),
        ("<pre>x = 1\n\n  y</pre>", [("paragraph", "x = 1\n\n  y")]),
        ("<ol start=3><li>c<ul><li>in</ul><li value=9>i</ol>",
         [("item", "3. c"), ("item", "in"), ("item", "9. i")]),
        ("<ol type=i><li>x<li>y</ol>", [("item", "i. x"), ("item", "ii. y")]),
        ("<ol type=A reversed><li>x<li>y</ol>", [("item", "B. x"), ("item", "A. y")]),
        ("<ul><li><h3>Lima</h3><p>did</p></ul>", [("h3", "Lima"), ("paragraph", "did")]),
        ("<p>He said <q>no</q></p>", [("paragraph", "He said “no”")]),
        ("<table><tr><td>a<tr><td>b</table>", [("paragraph", "a"), ("paragraph", "b")]),
        ("<table><tr><td><h2>a</h2><td>b</table>", [("h2", "a"), ("paragraph", "b")]),
        ("<table>stray<tr><td>a<td>b</table>",
         [("paragraph", "stray"), ("paragraph", "a"), ("paragraph", "b")]),
        ("<table><tr><td>a<td>b</table>", [("table", None, ("a", "b"))]),
        ("<table><tr><th>a<td>b<tr><th>c<td>d</table>",
         [("table", False, ("a", "b"), ("c", "d"))]),
        ("<table><tr><th colspan=2>All<tr><th>a<th>b<tr><td>c<td>d</table>",
         [("paragraph", "All"), ("table", True, ("a", "b"), ("c", "d"))]),
        ("<table><caption>Cap</caption><tr><td><b>Lima</b>: x<td><table><tr><td>y<td>z</table>"
         "</table>", [("paragraph", "Cap"), ("table", None, ("Lima:\nx", "y\nz"))]),
        ("<table><tr><td rowspan=0>a<td colspan=0>b<tr><td>c</table>",
         [("table", None, ("a", "b"), ("a", "c"))]),
        ("<form id=aspnet><p>All of the page.</p><button>Go</button></form>",
         [("paragraph", "All of the page.")]),
        ("<div aria-hidden=true><p>All of it.</p></div>", [("paragraph", "All of it.")]),
    ],
)  # fmt: skip
def test_every_mark_has_its_element(html: str, elements: list[tuple[str, str]]) -> None:
    assert brief(read(html)) == elements


@pytest.mark.parametrize("name", ["news.html", "plain.html", "french.html"])
def test_every_visible_character_of_a_page_is_content_or_dropped(name: str) -> None:
    source = (PAGES / name).read_text(encoding="utf-8")
    body = re.sub(r"<script.*?</script>|<[^>]*>", " ", source[source.index("<body") :], flags=re.S)
    found = Counter("".join(words(page(name)).elements()))
    assert Counter("".join(body.split())) - found == Counter()


def words(draft: Draft) -> Counter[str]:
    texts = [cell for e in draft.elements for row in (e.rows or ((e.text,),)) for cell in row]
    return Counter(" ".join([*texts, *(d.text for d in draft.dropped)]).split())


TAGS = ["div", "p", "ul", "li", "table", "tr", "td", "th", "nav", "main", "article", "aside"]
MORE = ["header", "footer", "h1", "h2", "b", "a", "span", "form", "button", "pre", "caption"]


@st.composite
def markup(draw: st.DrawFn, depth: int = 0) -> str:
    pieces = [" w "]
    for _ in range(draw(st.integers(0, 3 if depth < 4 else 0))):
        tag = draw(st.sampled_from(TAGS + MORE))
        mark = draw(st.sampled_from(["", "", " class='menu'", " hidden", " rowspan=2"]))
        pieces.append(f"<{tag}{mark}>{draw(markup(depth + 1))}</{tag}> w ")
    return "".join(pieces)


@given(markup())
def test_nothing_is_lost_whatever_the_tags(html: str) -> None:
    try:
        found = words(read(html))["w"]
    except DocumentError as error:
        assert "yields no text" in error.reason  # noqa: PT017 - a page of navigation alone
        return
    assert found >= html.count(" w ")


def test_deep_nesting_is_read_or_refused_but_never_breaks() -> None:
    deep = "<div>" * 1900 + "deep" + "</div>" * 1900
    assert brief(read(deep)) == [("paragraph", "deep")]
    tables = "<table><tr><th>x<td>" * 400 + "deep"
    assert "deep" in words(read(tables))
    with pytest.raises(DocumentError, match=r"nested more than 2,000 levels deep; save the page"):
        read("<div>" * 100_000 + "deep")


def test_bombs_are_not_unfolded() -> None:
    entities = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">'
    draft = read(
        f'<?xml version="1.0"?><!DOCTYPE html [{entities}]><html><body>&b; x</body></html>'
    )
    assert brief(draft) == [("paragraph", "&b; x")]
    assert brief(read(f"<p title='{'x' * 11_000_000}' class='{'menu ' * 9}x'>a</p>b")) != []
    with pytest.raises(DocumentError, match=r"line 1: a table of more than 1,000,000 cells"):
        read("<table>" + "<tr><td colspan=1000>a<td>b" * 1100)


@pytest.mark.parametrize(
    ("data", "text", "warnings"),
    [
        ("<p>Bogotá</p>".encode("utf-16"), "Bogotá", []),
        (b"\xef\xbb\xbf<p>Bogot\xc3\xa1", "Bogotá", []),
        ("<meta charset=iso-8859-1><p>Bogotá".encode(), "Bogotá", []),
        (b"<meta charset=windows-1252><p>\x93Bogot\xe1\x94", "“Bogotá”", []),
        (b"<meta charset=latin-1><p>\x93Bogot\xe1\x94", "“Bogotá”", []),
        (b'<?xml version="1.0" encoding="windows-1251"?><p>\xcc\xee\xf1\xea\xe2\xe0', "Москва", []),
        (
            "<html lang=es><p>El año pasado la ciudad de Bogotá plantó árboles".encode("latin-1"),
            "El año pasado la ciudad de Bogotá plantó árboles",
            ["neither UTF-8 nor as declared; read as cp1252"],
        ),
    ],
)
def test_every_encoding_is_read(data: bytes, text: str, warnings: list[str]) -> None:
    draft = read(data)
    assert [e.text for e in draft.elements] == [text]
    assert draft.warnings == warnings


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "page.html: yields no text: the file is empty"),
        (b"<!-- <p>a", "yields no text: it holds no element; save the page anew"),
        (b"<frameset><frame src=a></frameset>", "the page only frames others"),
        (b"<body><div id=app></div><script>x</script>", "the page is made by scripts"),
        (b"<body><nav>Home</nav>", "there is no content in its body"),
        (b"From: <Saved by X>\r\nMIME-Version: 1.0\r\n\r\n<p>a", r"a web archive \(MHTML\)"),
        (b"%PDF-1.7\n", "no HTML but another kind of file"),
        (b"<p>a\0b", "holds NUL characters"),
        (b"\xff\xfe<\x00p\x00>\x00a", "begins as UTF-16 but is not"),
    ],
)
def test_what_is_no_page_is_refused_with_a_reason(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        read(data)
