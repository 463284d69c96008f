"""Dates as people write them. A wrong date is worse than none: what is unclear is no date."""

from __future__ import annotations

import datetime
import re
from functools import cache

_ISO = re.compile(r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ]\d{2}:.*)?")
_ORDINAL = r"(?:st|nd|rd|th|er|[ºª°.])?"
_OF = r"(?:de |del |of |d['’])?"
_WORD = r"[^\W\d_]{3,12}"
_WEEKDAY = r"[^\W\d_]{2,10}(?:-[^\W\d_]{3,6})?\.?"
_DAYS = (
    rf"\d{{1,2}}(?P<by>[./-])\d{{1,2}}(?P=by)\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|\d{{1,2}}{_ORDINAL} {_OF}{_WORD}\.?,? {_OF}\d{{4}}"
    rf"|{_WORD}\.? \d{{1,2}}{_ORDINAL},? \d{{4}}"
)
_MONTHS = rf"{_WORD}\.?,? {_OF}\d{{4}}"
_DAY = re.compile(rf"(?<![\w./–-])(?:(?P<weekday>{_WEEKDAY}),? )?(?P<day>{_DAYS})(?![\w/–-]|\.\d)")
_MONTH = re.compile(rf"(?:\w+: )?({_MONTHS})")
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?)(?![\d-]*\d)")

_NEWS_OF = re.compile(r"(?:news|press|release)[-_ ]((?:19|20)\d{2})(?!\d|[-_]\d)", re.IGNORECASE)

_ANOTHER_DATE = re.compile(
    r"\b(updated|modified|accessed|retrieved|until|till|from|since|before|after|by|due|deadline"
    r"|closing|expires|valid|born|actualizado|hasta|desde|antes|límite|plazo|nacid[oa]|mis à jour"
    r"|jusqu|depuis|avant|après|limite|clôture|né|née|atualizado|até|antes|prazo)\b",
    re.IGNORECASE,
)
"""Words of a line whose date is not that of publication."""

_LANGUAGES = ("en", "es", "fr", "pt", "de", "it", "ca", "nl")

_LONGEST_LINE = 80
_LONGEST_REST = 40
"""What may stand in a date line besides the date: a place, "Posted on", a weekday."""


def iso_date(text: str) -> str | None:
    """Return an ISO 8601 date, whole or reduced to month or year, without its time of day."""
    found = _ISO.fullmatch(text.strip())
    return found[1] if found and _in_calendar(found[1]) else None


def written_date(text: str) -> str | None:
    """Read a date as it is written in European and American languages.

    Numbers alone are day first ("03/07/2020" is 3 July), unless a weekday beside them, or a month
    beyond 12, says otherwise; a weekday that fits neither order makes it no date.

    Returns:
        The date by ISO 8601, to the month if no day is given, or None if the text is no date.
    """
    text = " ".join(text.split())
    if day := _DAY.search(text):
        return _checked(day["day"], day["weekday"])
    month = _MONTH.fullmatch(text)
    parsed = month and _parsed(f"1 {month[1]}", "DMY")
    return f"{parsed:%Y-%m}" if parsed else None


def date_line(line: str) -> str | None:
    """The date of a line that is there to give it: little else stands in it."""
    line = " ".join(line.split()).strip("*_ ")
    found = _DAY.search(line)
    if len(line) > _LONGEST_LINE or not (found or _MONTH.fullmatch(line)):
        return None
    rest = line.replace(found[0], "") if found else ""
    if len(rest) > _LONGEST_REST or re.search(r"\d", rest) or _ANOTHER_DATE.search(line):
        return None
    return written_date(line)


def date_in_name(stem: str) -> str | None:
    """The ISO date in a file's name: to the month at least, or the year of a news or press text."""
    found = _IN_NAME.search(stem) or _NEWS_OF.search(stem)
    return found[1] if found and _in_calendar(found[1]) else None


def _checked(day: str, weekday: str | None) -> str | None:
    """A day in the first order of day and month that the calendar and the weekday allow."""
    wanted = _weekdays().get((weekday or "").casefold().rstrip("."))
    for order in ("DMY", "MDY"):
        parsed = _parsed(day, order)
        if parsed and wanted in (None, parsed.weekday()):
            return parsed.date().isoformat()
    return None


def _parsed(text: str, order: str) -> datetime.datetime | None:
    import dateparser  # loaded only where a text has a date

    languages = ("en",) if re.fullmatch(r"[\d./-]+", text) else _LANGUAGES
    order = "YMD" if re.match(r"\d{4}", text) else order
    parsed: datetime.datetime | None = dateparser.parse(
        text.replace("º", "").replace("ª", ""),
        languages=languages,
        settings={"DATE_ORDER": order, "STRICT_PARSING": True, "PARSERS": ["absolute-time"]},
    )
    return parsed


@cache
def _weekdays() -> dict[str, int]:
    """Names of weekdays, long and short, in the languages of dates; Monday is 0."""
    from babel.dates import get_day_names

    return {
        name.casefold().rstrip("."): day
        for language in _LANGUAGES
        for width in ("wide", "abbreviated")
        for day, name in get_day_names(width, locale=language).items()
    }


def _in_calendar(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True
