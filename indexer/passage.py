"""A passage: the piece of a document that is embedded, ranked, shown and cited."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from indexer.document import Aspect, Noise, Place, Quote

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """`document.text[start:end]`, with what a search needs to find and show it.

    Attributes:
        id: stable while the document's id and the passage's text are unchanged.
        start: first character in the document's canonical text, in code points.
        end: one past the last character.
        text: the slice itself, verbatim.
        context: title, headings and table header: embedded with the text, never shown as text.
        body: offset in `text` behind leading headings, which `context` already holds.
        section: headings above it, outermost first.
        sentences: half-open spans in `text`, in order.
        aspect: what a record's column says the text is about, if it says so.
        page: page of the source, counted from 1, where it has pages.
        place: the city that it is about, if a table's row says so.
        noise: what it is for, where that is not to inform.
        language: ISO 639 code.
        quotes: who is quoted; spans are of `text`.
    """

    id: str
    start: int
    end: int
    text: str
    context: str
    body: int
    section: tuple[str, ...]
    sentences: tuple[Span, ...]
    aspect: Aspect | None = None
    page: int | None = None
    place: Place | None = None
    noise: Noise | None = None
    language: str = "en"
    quotes: tuple[Quote, ...] = ()

    @property
    def embedded(self) -> str:
        """What both retrievers read: context, then the text behind its headings."""
        body = self.text[self.body :]
        return f"{self.context}\n{body}" if self.context else body


def passage_id(document_id: str, text: str, occurrence: int) -> str:
    """Name a passage by its document, its text and which of equal texts it is there."""
    name = f"{document_id}\0{text}\0{occurrence}"
    return hashlib.sha256(name.encode()).hexdigest()[:16]
