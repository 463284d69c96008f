"""Dates of references, which may be known to the month or the year alone (ISO 8601, reduced)."""

from __future__ import annotations

import re
from datetime import date

_REDUCED = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?\b")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""In English, as APA and Chicago are."""


def parts(written: str | None) -> tuple[int, ...]:
    """Return year, month and day, as many of them as a date says; nothing if it is no date."""
    found = _REDUCED.match(written or "")
    return tuple(int(part) for part in found.groups() if part) if found else ()


def month_day(written: str | None) -> str:
    """Return "March 25", "March" or nothing, as far as a date goes."""
    _, *rest = parts(written) or (0,)
    return " ".join([MONTHS[rest[0] - 1], *map(str, rest[1:])]) if rest else ""


def month_day_year(written: str | None) -> str:
    """Return "March 25, 2020", "March 2020" or nothing: the year alone says no more."""
    known = parts(written)
    comma = "," if len(known) > 2 else ""
    return f"{month_day(written)}{comma} {known[0]:04}" if len(known) > 1 else ""


def in_words(day: date) -> str:
    """Return "March 25, 2020"."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
