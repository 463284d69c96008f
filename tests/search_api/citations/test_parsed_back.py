"""BibTeX and RIS as public parsers read them."""

from __future__ import annotations

from dataclasses import replace

import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given, settings
from hypothesis import strategies as st

from search_api.citations.bibtex import bibtex
from search_api.citations.note import note, parse_note
from search_api.citations.record import Citation
from search_api.citations.ris import ris
from tests.search_api.citations.samples import DURBAN, RELEASE, SELECTION

HOSTILE = st.text("aé城🚲 {}\\%&$#_~^\"'`?!@=,-\n\r\t\x0b\x0c\x85\u2028", min_size=1, max_size=40)


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def bib_fields(written: str) -> list[dict[str, str]]:
    library = parse_string(written, append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    # The decoder takes TeX's "^" for an accent that looks like it.
    return [
        {"entry": entry.entry_type, "key": entry.key}
        | {field.key: str(field.value).replace("ˆ", "^") for field in entry.fields}
        for entry in library.entries
    ]


def ris_fields(written: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = rispy.loads(written)
    return found


def test_bibtex_says_what_is_cited() -> None:
    found = bib_fields(bibtex(SELECTION))
    assert [each["entry"] for each in found] == ["misc", "techreport", "misc", "misc", "techreport"]
    for each, citation in zip(found, SELECTION, strict=True):
        assert each["key"] == f"citywise-{citation.passage}"
        assert each["title"] == citation.title
        assert each.get("author", "") == (citation.publisher or "")
        assert each.get("date") == citation.date
        assert each["urldate"] == "2026-11-05"
        assert each["abstract"] == one_line(citation.quote)
        assert each["note"] == note(citation)
    addresses = [entry.get("url") for entry in parse_string(bibtex(SELECTION)).entries]
    verbatim = [address and address.value for address in addresses]
    assert verbatim == [citation.url or citation.permalink for citation in SELECTION]
    durban, release = found[0], found[1]
    assert (durban["year"], durban["month"]) == ("2020", "mar")
    assert (release["institution"], release["pages"]) == (RELEASE.publisher, "7")


def test_ris_says_what_is_cited() -> None:
    found = ris_fields(ris(SELECTION))
    assert [each["type_of_reference"] for each in found] == ["GEN", "RPRT", "GEN", "GEN", "RPRT"]
    for each, citation in zip(found, SELECTION, strict=True):
        assert each["id"] == f"citywise-{citation.passage}"
        assert each["title"] == citation.title
        assert each.get("authors", [None]) == [citation.publisher]
        assert each.get("year") == (citation.date[:4] if citation.date else None)
        assert each.get("urls", [None]) == [citation.url or citation.permalink]
        assert each["access_date"] == "2026/11/05"
        assert each["abstract"] == one_line(citation.quote)
        assert each["notes"] == [note(citation)]
    assert [each.get("date") for each in found[:3]] == ["2020/03/25", "2020/05/", None]
    assert [each.get("start_page") for each in found[:3]] == [None, "7", None]


@settings(max_examples=60)
@given(HOSTILE, HOSTILE)
def test_no_text_breaks_out_of_its_field(title: str, quote: str) -> None:
    cited = [replace(DURBAN, title=title, quote=quote), RELEASE]
    (bib, after), (line, following) = bib_fields(bibtex(cited)), ris_fields(ris(cited))
    assert (bib.get("title", ""), bib.get("abstract", "")) == (one_line(title), one_line(quote))
    assert (line.get("title", ""), line.get("abstract", "")) == (one_line(title), one_line(quote))
    assert after["title"] == following["title"] == RELEASE.title


def kept(citation: Citation) -> dict[str, object]:
    names = ("passage", "snapshot", "sha256", "permalink", "start", "end")
    found = {name: getattr(citation, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def test_the_note_of_a_record_is_read_back() -> None:
    for citation in SELECTION:
        assert parse_note(note(citation)) == kept(citation)
    assert parse_note("Read on the train; passage of arms, snapshot of a life.") == {}
