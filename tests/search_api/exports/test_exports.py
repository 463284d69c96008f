from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from markdown_it import MarkdownIt

from search_api.exports import EXPORTS, SUFFIXES, ExportFormat, export
from search_api.exports.markdown import link, plain
from tests.search_api.exports.samples import answer, result

DAY = date(2026, 11, 5)
BASE = "https://search.example.org"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def written(form: ExportFormat, *results: object, **asked: str) -> str:
    return export(answer(*results, **asked), form, base=BASE, accessed=DAY)[1]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "media_type", "suffix"),
    [
        ("csv", "text/csv; charset=utf-8; header=present", ".csv"),
        ("ris", "application/x-research-info-systems; charset=utf-8", ".ris"),
        ("bibtex", "application/x-bibtex; charset=utf-8", ".bib"),
        ("markdown", "text/markdown; charset=utf-8; variant=CommonMark", ".md"),
    ],
)
def test_each_format_has_its_media_type_and_ending(
    form: ExportFormat, media_type: str, suffix: str
) -> None:
    assert export(answer(), form)[0] == media_type
    assert SUFFIXES[form] == suffix
    assert len(EXPORTS) == 4


def test_retrieved_is_today_unless_said() -> None:
    before = datetime.now(UTC).date()
    (row,) = rows(export(answer(result(1, ("Water.", True))), "csv")[1])
    assert before.isoformat() <= row["accessed"] <= datetime.now(UTC).date().isoformat()
    assert row["permalink"] == ""


def test_a_table_has_a_line_for_each_excerpt_verbatim() -> None:
    text = 'He said "no", twice;\nthen\tleft. Ñandú 🚲'
    first = result(1, (text, True), section=["A", "B"], page=3, link="https://example.org/#page=3")
    found = rows(written("csv", first, result(2, ("Water.", True)), question="who, and why?"))
    assert found[0] == {
        "rank": "1", "score": "-0.5", "passage_id": "0000000000000001", "title": "Notes a.md",
        "kind": "session", "date": "2020-05", "publisher": "Network", "language": "en",
        "section": "A › B", "page": "3", "text": text, "citation": "Network, “Notes a.md”.",
        "link": "https://example.org/#page=3",
        "permalink": f"{BASE}/documents/a.md#p-0000000000000001", "document": "a.md",
        "start": "5", "end": str(5 + len(text)), "sha256": "ab" * 32,
        "snapshot": "27da3ac867100f5c", "accessed": "2026-11-05", "question": "who, and why?",
    }  # fmt: skip
    assert [each["text"] for each in found] == [text, "Water."]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30", "-5 %", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", '=LINK("x")'],
)  # fmt: skip
def test_no_text_is_run_as_a_formula(text: str) -> None:
    (row,) = rows(written("csv", result(1, (text, False)), question=text))
    assert (row["text"], row["question"]) == (f"'{text}", f"'{text}")


@pytest.mark.parametrize("text", ["1=1", "Water", "'quoted'", "5 - 3", ""])
def test_other_text_is_left_as_it_is(text: str) -> None:
    (row,) = rows(written("csv", result(1, (text, False))))
    assert row["text"] == text


def test_an_answer_without_excerpts_is_a_header_alone() -> None:
    assert written("csv").count("\r\n") == 1
    assert written("ris") == written("bibtex") == ""


def test_references_of_an_answer_parse_back() -> None:
    results = [result(1, ("Water & {masks}.", True)), result(2, ("Food.", True), document="b c.md")]
    entries = parse_string(written("bibtex", *results)).entries
    assert [entry.key for entry in entries] == [f"citywise-{n:016x}" for n in (1, 2)]
    records = rispy.loads(written("ris", *results))
    assert [record["abstract"] for record in records] == ["Water & {masks}.", "Food."]
    assert records[1]["urls"] == [f"{BASE}/documents/b%20c.md#p-0000000000000002"]


LIMA = {"id": "geonames:3936456", "name": "Lima", "country": "PE", "country_name": "Peru",
        "role": "acted"}  # fmt: skip


def test_a_brief_says_what_was_asked_found_and_cited() -> None:
    first = result(1, ("Dry. ", False), ("Water came.", True), (" End.", False), section=["A", "B"],
                   cities=[LIMA],
                   link="https://example.org/a#:~:text=Water%20came.")  # fmt: skip
    third = result(3, ("Again.", True), page=2, cities=[LIMA])
    assert written("markdown", first, result(2, ("Food.", True), document="b.md"), third) == (
        "# who cleans?\n\n"
        "3 excerpts from 1,207 documents, 1,563 passages; citywise index 27da3ac867100f5c, "
        "retrieved November 5, 2026.\n\n"
        "## Lima, Peru\n\n"
        "> Dry. **Water came.** End.\n\n"
        "\\[1\\] · Notes a.md (session, 2020-05) · A › B · "
        "[open at passage](<https://example.org/a#:~:text=Water%20came.>) · "
        f"[permalink](<{BASE}/documents/a.md#p-0000000000000001>)\n\n"
        "> **Again.**\n\n"
        f"\\[3\\] · Notes a.md (session, 2020-05) · page 2 · "
        f"[permalink](<{BASE}/documents/a.md#p-0000000000000003>)\n\n"
        "## No city in particular\n\n"
        "> **Food.**\n\n"
        f"\\[2\\] · Notes b.md (session, 2020-05) · "
        f"[permalink](<{BASE}/documents/b.md#p-0000000000000002>)\n\n"
        "## References\n\n"
        "1. Network, “Notes a.md”.\n"
        "2. Network, “Notes b.md”.\n"
        "3. Network, “Notes a.md”.\n"
    )


def test_a_brief_of_nothing_says_so() -> None:
    assert written("markdown") == (
        "# who cleans?\n\nNothing from 1,207 documents, 1,563 passages; "
        "citywise index 27da3ac867100f5c.\n"
    )


HOSTILE = [
    "<script>alert(1)</script> & <b>bold</b>",
    "[a link](javascript:alert(1)) ![i](x)",
    "*so* _it_ `goes` ~~on~~ \\* $x$ | y",
    "# no heading", "- no item", "1. no item", "+ no item", "> no quote", "=====", "---",
    "&lt; &amp; &#42; AT&T", "**",
]  # fmt: skip


def shown(markdown: str) -> str:
    """What a reader of a document in Markdown sees, without its marks."""
    parser = MarkdownIt("commonmark")
    kinds = [token.type for token in parser.parse(markdown)]
    allowed = {"paragraph_open", "inline", "paragraph_close", "blockquote_open", "blockquote_close"}
    assert set(kinds) <= allowed, kinds
    inline = [child for token in parser.parse(markdown) for child in token.children or []]
    assert {child.type for child in inline} <= {"text", "text_special", "softbreak", "hardbreak",
                                                "strong_open", "strong_close"}  # fmt: skip
    return "".join("\n" if "break" in child.type else child.content for child in inline)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("mark", [True, False])
def test_a_text_in_markdown_is_shown_as_it_is(text: str, mark: bool) -> None:
    assert shown(plain(text)) == text
    brief = written("markdown", result(1, (f"One\n{text}", False), (" Two.", mark)))
    quote = "\n".join(line for line in brief.splitlines() if line.startswith(">"))
    assert shown(quote) == f"One\n{text} Two."


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/a b>c", "[x](<https://example.org/a%20b%3Ec>)"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        (None, None),
    ],
)
def test_only_an_address_of_the_web_becomes_a_link(
    address: str | None, expected: str | None
) -> None:
    assert link("x", address) == expected
