"""References that a person can read, and links that open a source at its passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from indexer.document import Source
from indexer.passage import Passage, Span
from indexer.snapshot.passages import StoredDocument
from search_api.engine.answer import SourceRef
from search_api.engine.fragment import fragment


def cite(document: StoredDocument, passage: Passage) -> str:
    """Return a reference with locator: who published what, when, where, and where in it."""
    about = document.metadata
    parts = [
        about.publisher,
        f"“{about.title or document.id}”",
        about.date,
        _locator(passage),
        about.url,
    ]
    reference = ", ".join(part for part in parts if part) + "."
    return reference + named_sources(about.sources)


def named_sources(sources: Iterable[Source | SourceRef]) -> str:
    """Return how a reference ends that has sources of its own; nothing where it has none."""
    told = "; ".join(map(_source, sources))
    return f" Sources: {told}." if told else ""


def _locator(passage: Passage) -> str:
    where = [f"p. {passage.page}"] if passage.page else []
    if passage.section:
        where.append("section “" + " › ".join(passage.section) + "”")
    if passage.place and passage.place.name:
        where.append(f"row “{passage.place.name}”")
    where.append(f"characters {passage.start}–{passage.end}")
    return ", ".join(where)


def _source(source: Source | SourceRef) -> str:
    parts = (source.publisher, f"“{source.title}”", source.date, source.url)
    return ", ".join(part for part in parts if part)


def deep_link(
    document: StoredDocument, passage: Passage, marked: Span, text_of: Callable[[str], str]
) -> str | None:
    """Return the source's address at the marked sentence, or at its page, if it has one.

    A browser that does not know text fragments opens the page at its top.

    Args:
        document: the source.
        passage: what is cited.
        marked: the sentence to scroll to, in the passage's text.
        text_of: gives a document's canonical text by its id; asked only where it is needed.
    """
    if not document.metadata.url:
        return None
    url = document.metadata.url.partition(":~:")[0].removesuffix("#")
    if passage.page:
        return f"{url.partition('#')[0]}#page={passage.page}"  # RFC 8118
    start, end = marked
    named = fragment(text_of(document.id), (passage.start + start, passage.start + end))
    joint = ":~:text=" if "#" in url else "#:~:text="
    return f"{url}{joint}{named}" if named else url
