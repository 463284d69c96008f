"""References that a person can read, and links that open a source at its passage."""

from __future__ import annotations

import re
from urllib.parse import quote

from indexer.document import Source
from indexer.passage import Passage, Span
from indexer.snapshot.passages import StoredDocument

EDGE_WORDS = 5
"""Words at each end of a sentence that a text fragment names."""


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
    if about.sources:
        reference += " Sources: " + "; ".join(map(_source, about.sources)) + "."
    return reference


def _locator(passage: Passage) -> str:
    where = [f"p. {passage.page}"] if passage.page else []
    if passage.section:
        where.append("section “" + " › ".join(passage.section) + "”")
    if passage.place and passage.place.name:
        where.append(f"row “{passage.place.name}”")
    where.append(f"characters {passage.start}–{passage.end}")
    return ", ".join(where)


def _source(source: Source) -> str:
    parts = (source.publisher, f"“{source.title}”", source.date, source.url)
    return ", ".join(part for part in parts if part)


def deep_link(document: StoredDocument, passage: Passage, marked: Span) -> str | None:
    """Return the source's address at the marked sentence, or at its page, if it has one.

    A fragment names whole words at both ends of the sentence (WICG, "Text Fragments"); a browser
    that does not know them opens the page at its top.
    """
    if not document.metadata.url:
        return None
    url = document.metadata.url.partition(":~:")[0].removesuffix("#")
    if passage.page:
        return f"{url.partition('#')[0]}#page={passage.page}"  # RFC 8118
    words = passage.text[slice(*marked)].split()
    if len(words) <= 2 * EDGE_WORDS:
        fragment = _encoded(words)
    else:
        fragment = f"{_encoded(words[:EDGE_WORDS])},{_encoded(words[-EDGE_WORDS:])}"
    joint = ":~:text=" if "#" in url else "#:~:text="
    return f"{url}{joint}{fragment}" if fragment else url


def _encoded(words: list[str]) -> str:
    """Percent-encode words; a dash, comma or ampersand would be read as syntax."""
    return re.sub("-", "%2D", quote(" ".join(words), safe=""))
