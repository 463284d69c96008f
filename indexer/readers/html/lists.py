"""The numbers that a browser writes before the items of a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_lowercase

from lxml.etree import _Element

_WHOLE = re.compile(r"\s*[+-]?\d{1,9}\b")
_ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl"} | {
    10: "x",
    9: "ix",
    5: "v",
    4: "iv",
    1: "i",
}


class Numbers:
    """Counts the items of one list, numbered or not."""

    def __init__(self, element: _Element) -> None:
        self._written = _style(element.get("type") or "1") if element.tag == "ol" else None
        self._step = -1 if "reversed" in element.attrib else 1
        first = len(element.findall("li")) if self._step < 0 else 1
        self._next = _whole(element.get("start"), first)

    def item(self, element: _Element) -> str:
        """What stands before this item: "2. ", or nothing in a list without numbers."""
        number = _whole(element.get("value"), self._next)
        self._next = number + self._step
        return f"{self._written(number)}. " if self._written else ""


def _whole(written: str | None, default: int) -> int:
    found = _WHOLE.match(written or "")
    return int(found.group()) if found else default


def _style(kind: str) -> Callable[[int], str]:
    lower = {"a": _letter, "i": _roman}.get(kind.lower())
    if lower is None:
        return str
    return lower if kind.islower() else lambda number: lower(number).upper()


def _letter(number: int) -> str:
    return ascii_lowercase[number - 1] if 1 <= number <= len(ascii_lowercase) else str(number)


def _roman(number: int) -> str:
    if not 1 <= number < 4000:
        return str(number)
    written = ""
    for value, letters in _ROMAN.items():
        written += letters * (number // value)
        number %= value
    return written
