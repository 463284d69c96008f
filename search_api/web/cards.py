"""One excerpt as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from search_api.citations.formats import FORMATS
from search_api.citations.permalink import permalink
from search_api.engine.answer import Result
from search_api.web.blocks import Block, blocks
from search_api.web.params import Params

NAMES = {
    "apa": "APA",
    "chicago": "Chicago",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
}
"""What citation formats are called."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A city that an excerpt is about."""

    name: str
    country: str
    country_name: str
    acted: bool
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """An excerpt and what can be done with it.

    Attributes:
        result: as the engine gives it.
        blocks: its text; joined, they are `result.text`.
        sentence: the marked one, which is what one would quote.
        address: its document here, with the excerpt lit.
        permalink: the same place, as citations name it.
        formats: by name, where to get its citation.
        cities: those it is about.
    """

    result: Result
    blocks: list[Block]
    sentence: str
    address: str
    permalink: str | None
    formats: dict[str, str]
    cities: list[Tag]


def card(result: Result, params: Params) -> Card:
    """Show a result of a question."""
    title = result.document.title
    return Card(
        result=result,
        blocks=blocks(result.segments, [title, *result.section]),
        sentence="".join(segment.text for segment in result.segments if segment.mark).strip(),
        address=lit_address(result.document.id, result.passage_id, params.lang),
        permalink=permalink("", result.document.id, result.passage_id),
        formats=formats(result.passage_id),
        cities=[
            Tag(
                name=city.name,
                country=city.country,
                country_name=city.country_name,
                acted=city.role == "acted",
                url=params.filter("city", city.id).look("relevance").url(),
            )
            for city in result.cities
        ],
    )


def lit_address(document: str, passage: str, lang: str | None = None) -> str:
    """Return the address of a document with a passage lit."""
    spoken = f"&lang={lang}" if lang else ""
    return f"{document_url(document)}?passage={passage}{spoken}#p-{passage}"


def document_url(document: str) -> str:
    """Return the address of a document; slashes in its id stay."""
    return f"/documents/{quote(document)}"


def formats(passage: str) -> dict[str, str]:
    """Return the addresses of a passage's citation, by the format's name."""
    address = f"/v1/passages/{passage}/citation?format="
    return {NAMES[form]: address + form for form in FORMATS}
