"""RIS, the tagged lines that reference managers exchange."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from search_api.citations.csl import GENRES
from search_api.citations.dates import parts
from search_api.citations.note import note
from search_api.citations.record import Citation

TYPES = {"news": "NEWS", "press-release": "RPRT", "report": "RPRT"}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")


def ris(citations: Sequence[Citation]) -> str:
    """Write a record for each citation."""
    return "\n".join(_record(citation) for citation in citations)


def _record(citation: Citation) -> str:
    lines = [f"{tag}  - {value}" for tag, value in _tags(citation) if value]
    return "\n".join([*lines, "ER  - \n"])


def _tags(citation: Citation) -> Iterator[tuple[str, str]]:
    c, issued = citation, parts(citation.date)
    page = c.locator.value if c.locator and c.locator.label == "page" else ""
    yield "TY", TYPES.get(c.kind, "GEN")
    yield "ID", f"citywise-{c.passage}"
    yield "TI", _line(c.title)
    yield "AU", _line(c.publisher)
    yield "PB", _line(c.publisher)
    yield "M3", GENRES.get(c.kind, "")
    yield "PY", f"{issued[0]:04}" if issued else ""
    yield "DA", _date(issued)
    yield "SP", page
    yield "LA", _line(c.language)
    yield "UR", _line(c.url or c.permalink)
    yield "Y2", _date((c.accessed.year, c.accessed.month, c.accessed.day))
    yield "AB", _line(c.quote)
    yield "N1", _line(note(c))
    yield "DB", "citywise"


def _date(numbers: tuple[int, ...]) -> str:
    """Year, month and day with slashes; those that are not known stay empty."""
    if not numbers:
        return ""
    year, *rest = numbers
    return "/".join([f"{year:04}", *(f"{number:02}" for number in rest), *[""] * (2 - len(rest))])


def _line(text: str | None) -> str:
    """A value on one line: a line break would begin another tag."""
    return _CONTROL.sub(" ", text or "").strip()
