"""Text fragments: the part of an address that makes a browser scroll to words of a page.

Syntax and matching follow WICG, "URL Fragment Text Directives": `text=prefix-,start,end,-suffix`.
A browser looks for whole words, without regard to case and accents, and each of the four parts
within one block of the page; what comes first wins. So parts never reach over a line or a cell of
the canonical text, and words before and behind are added until no earlier place can be meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from urllib.parse import quote

from indexer.passage import Span

EDGE_WORDS = 5
"""Words at each end of a longer sentence that are named."""

CONTEXT_WORDS = 12
"""Words before and behind, at most, that tell a sentence from others that read like it."""

_ACCENT = re.compile("[\u0300-\u036f]")
_BREAK = re.compile(r"[\n\t]")
_MARK = re.compile(r"^(?:[-*•‣–]|\d{1,3}[.)])\s+")
"""What begins a list item; a page shows it, but it is not in the page's text."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a fragment names, each part as whole words with single spaces."""

    start: str
    end: str = ""
    prefix: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        parts = (
            f"{_encoded(self.prefix)}-" if self.prefix else "",
            _encoded(self.start),
            _encoded(self.end),
            f"-{_encoded(self.suffix)}" if self.suffix else "",
        )
        return ",".join(part for part in parts if part)


def fragment(text: str, span: Span) -> str:
    """Name a span of a canonical text so that a browser finds it and nothing else.

    Args:
        text: the canonical text that the page shows.
        span: what to scroll to, in code points.

    Returns:
        The directive's value, percent-encoded; empty if the span holds no word. Where words
        around it cannot tell it from its copies, a browser shows the first of them.
    """
    place = _Place(text, span)
    if not place.lines:
        return ""
    named = last = _ends(place.lines)
    for last in _in_context(named, place):
        if place.is_found_by(last):
            break
    return str(last)


def _ends(lines: list[str]) -> Fragment:
    """Name a short line whole, anything longer by its first and last words."""
    first, last = lines[0].split(), lines[-1].split()
    if len(lines) == 1 and len(first) <= 2 * EDGE_WORDS:
        return Fragment(" ".join(first))
    return Fragment(" ".join(first[:EDGE_WORDS]), " ".join(last[-EDGE_WORDS:]))


def _in_context(named: Fragment, place: _Place) -> Iterator[Fragment]:
    """Widen what is named word by word: first before it, then behind it, then both together."""
    before, behind = place.before, place.behind
    yield named
    for count in range(1, len(before) + 1):
        yield replace(named, prefix=" ".join(before[-count:]))
    for count in range(1, len(behind) + 1):
        yield replace(named, suffix=" ".join(behind[:count]))
    for count in range(1, max(len(before), len(behind)) + 1):
        yield replace(named, prefix=" ".join(before[-count:]), suffix=" ".join(behind[:count]))


class _Place:
    """A span of a text, with what a browser would compare."""

    def __init__(self, text: str, span: Span) -> None:
        self._text, self._span = text, span
        self.lines = _lines(text[slice(*span)])

    @cached_property
    def before(self) -> list[str]:
        """The words before the span, in its line or else in the line before."""
        lines = _lines(self._text[: self._span[0]])
        return lines[-1].split()[-CONTEXT_WORDS:] if lines else []

    @cached_property
    def behind(self) -> list[str]:
        """The words behind the span, in its line or else in the line behind."""
        lines = _lines(self._text[self._span[1] :])
        return lines[0].split()[:CONTEXT_WORDS] if lines else []

    @cached_property
    def _folded(self) -> tuple[str, Span]:
        """The text folded, and where the span is in it."""
        start, end = self._span
        before, held = folded(self._text[:start]), folded(self._text[start:end])
        before += " " if before else ""
        return f"{before}{held} {folded(self._text[end:])}", (len(before), len(before) + len(held))

    def is_found_by(self, named: Fragment) -> bool:
        """Whether the text holds what is named once only, and there."""
        text, (start, end) = self._folded
        found = list(islice(_matches(named, text), 2))
        return len(found) == 1 and start <= found[0][0] and found[0][1] <= end


def _matches(named: Fragment, text: str) -> Iterator[Span]:
    """Where a folded text holds what is named, each start with the first end behind it."""
    if named.prefix or named.suffix:
        yield from _in_company(named, text)
        return
    for start, end in _whole(folded(named.start), text):
        if not named.end:
            yield start, end
        elif closing := next(_whole(folded(named.end), text, end), None):
            yield start, closing[1]


def _whole(words: str, text: str, at: int = 0) -> Iterator[Span]:
    """Where a folded text holds folded words, none of them cut, from some place on.

    Most fragments need no more, and a pattern costs more to compile than a page takes to read.
    """
    while (start := text.find(words, at)) >= 0:
        end = start + len(words)
        cut = _goes_on(words[:1], text[start - 1 : start]) or _goes_on(
            words[-1:], text[end : end + 1]
        )
        if not cut:
            yield start, end
        at = start + 1 if cut else max(end, start + 1)


def _goes_on(edge: str, beside: str) -> bool:
    """Whether a word that is named to its edge goes on with the character beside it."""
    return edge.isalnum() and (beside.isalnum() or beside == "_")


def _in_company(named: Fragment, text: str) -> Iterator[Span]:
    """The same where words before or behind are named too."""
    joint = r"\W*"
    before = rf"{_words(named.prefix)}{joint}" if named.prefix else ""
    behind = rf"(?={joint}{_words(named.suffix)})" if named.suffix else ""
    if not named.end:
        pattern = re.compile(f"{before}(?P<start>{_words(named.start)}){behind}")
        yield from (match.span("start") for match in pattern.finditer(text))
        return
    start = re.compile(f"{before}(?P<start>{_words(named.start)})")
    end = re.compile(f"{_words(named.end)}{behind}")
    for match in start.finditer(text):
        if closing := end.search(text, match.end()):
            yield match.start("start"), closing.end()


def _words(part: str) -> str:
    """A pattern for whole words."""
    words = folded(part)
    before, behind = (r"\b" if edge.isalnum() else "" for edge in (words[:1], words[-1:]))
    return f"{before}{re.escape(words)}{behind}"


def folded(text: str) -> str:
    """Text as it is compared: without case and accents, white space made even."""
    if not text.isascii():
        text = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
    return " ".join(text.casefold().split())


def _lines(text: str) -> list[str]:
    """Lines and cells with something in them, trimmed, without the marks of list items."""
    return [line for part in _BREAK.split(text) if (line := _MARK.sub("", part.strip()))]


def _encoded(words: str) -> str:
    """Percent-encode; a dash, comma or ampersand would be read as syntax."""
    return quote(words, safe="").replace("-", "%2D")
