"""What a citation of one passage says, before it is put into a style or format."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from indexer.snapshot.passages import Hit, Passages
from search_api.citations.permalink import permalink
from search_api.engine.answer import Result
from search_api.engine.citation import deep_link

Label = Literal["page", "section", "paragraph"]


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in a document: its page, or else its section, or else which paragraph it is."""

    label: Label
    value: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A source that the document names."""

    publisher: str
    title: str
    url: str | None
    date: str | None

    def __str__(self) -> str:
        parts = (self.publisher, f"“{self.title}”", self.date, self.url)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Citation:
    """One passage, cited.

    Attributes:
        passage: the passage's id.
        quote: its text, verbatim.
        start: its first character in the document's canonical text, in code points.
        end: one past its last character.
        locator: where it stands, as a reader would look for it.
        document: the document's id.
        sha256: fingerprint of the document's canonical text.
        title: the document's title, or else its id.
        kind: as metadata has it.
        publisher: who published it.
        date: ISO 8601, possibly reduced to month or year.
        language: ISO 639 code.
        url: the source's own address.
        link: that address at the passage.
        permalink: the address of the passage on this server.
        sources: what the document says it is drawn from.
        snapshot: id of the snapshot that was read.
        accessed: when it was read.
    """

    passage: str
    quote: str
    start: int
    end: int
    locator: Locator | None
    document: str
    sha256: str
    title: str
    kind: str
    publisher: str | None
    date: str | None
    language: str
    url: str | None
    link: str | None
    permalink: str | None
    sources: tuple[Origin, ...]
    snapshot: str
    accessed: datetime.date

    def plain(self) -> dict[str, Any]:
        """Return it as what JSON can hold; an old citation can be checked by it."""
        return {**asdict(self), "accessed": self.accessed.isoformat()}


@dataclass(frozen=True, slots=True)
class Reading:
    """Which snapshot is read, when, and at what address it is published, if at any."""

    snapshot: str
    accessed: datetime.date
    base: str | None = None


def cite_hit(hit: Hit, passages: Passages, reading: Reading) -> Citation:
    """Cite a passage of a snapshot."""
    passage, document, about = hit.passage, hit.document, hit.document.metadata
    whole = (0, len(passage.text))
    return Citation(
        passage=passage.id,
        quote=passage.text,
        start=passage.start,
        end=passage.end,
        locator=_locator(
            passage.page,
            passage.section,
            lambda: passages.text(document.id).count("\n\n", 0, passage.start) + 1,
        ),
        document=document.id,
        sha256=document.sha256,
        title=about.title or document.id,
        kind=about.kind,
        publisher=about.publisher,
        date=about.date,
        language=passage.language,
        url=about.url,
        link=deep_link(document, passage, whole, passages.text),
        permalink=permalink(reading.base, document.id, passage.id),
        sources=tuple(Origin(s.publisher, s.title, s.url, s.date) for s in about.sources),
        snapshot=reading.snapshot,
        accessed=reading.accessed,
    )


def cite_result(result: Result, reading: Reading) -> Citation:
    """Cite an excerpt of an answer; the answer does not say which paragraph it is."""
    document = result.document
    return Citation(
        passage=result.passage_id,
        quote=result.text,
        start=result.span.start,
        end=result.span.end,
        locator=_locator(result.page, tuple(result.section), lambda: None),
        document=document.id,
        sha256=document.sha256,
        title=document.title or document.id,
        kind=document.kind,
        publisher=document.publisher,
        date=document.date,
        language=document.language,
        url=document.url,
        link=result.link,
        permalink=permalink(reading.base, document.id, result.passage_id),
        sources=tuple(Origin(s.publisher, s.title, s.url, s.date) for s in document.sources),
        snapshot=reading.snapshot,
        accessed=reading.accessed,
    )


def _locator(
    page: int | None, section: tuple[str, ...], paragraph: Callable[[], int | None]
) -> Locator | None:
    if page:
        return Locator("page", str(page))
    if section:
        return Locator("section", " › ".join(section))
    number = paragraph()
    return Locator("paragraph", str(number)) if number else None
