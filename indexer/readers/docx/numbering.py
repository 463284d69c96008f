"""Numbering: what stands before a list item, counted as Word counts (ISO 29500-1, 17.9)."""

from __future__ import annotations

import re

from indexer.readers.docx.package import Xml, child, number, on, val
from indexer.readers.docx.styles import ListPlace, Styles

_LETTERS = 26 * 30
"""Counts up to "z" thirty times over, as far as Word goes on repeating the letter."""

_ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
          (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]  # fmt: skip


class Numbering:
    """Counters of all lists of a document, in reading order."""

    def __init__(self, definitions: Xml | None, styles: Styles) -> None:
        root = definitions if definitions is not None else Xml("none")
        self._abstract = {a.get("w:abstractNumId", ""): a for a in root.findall("w:abstractNum")}
        self._nums = {num.get("w:numId", ""): num for num in root.findall("w:num")}
        self._styles = styles
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()

    def label(self, place: ListPlace, style: str | None) -> str | None:
        """Count one item and return what stands before it: "2.", or "" for a bullet.

        None if the numbering is not defined, or if it shows nothing at all.
        """
        num = self._nums.get(place.id)
        key = self._abstract_of(num)
        if num is None or key not in self._abstract:
            return None
        depth = self._level_of(key, style) if place.level is None else place.level
        level = self._level(num, key, depth)
        counters = self._counters.setdefault(key, {})
        self._count(num, key, depth, counters)
        form = val(level, "w:numFmt") or "decimal"
        text = val(level, "w:lvlText") or ""
        if form == "bullet":
            return ""
        if form == "none" and "%" not in text:
            return text or None
        legal = on(level, "w:isLgl") or False
        return re.sub(
            r"%([1-9])", lambda m: self._shown(num, key, int(m[1]) - 1, counters, legal), text
        )

    def _abstract_of(self, num: Xml | None) -> str:
        """Id of the definition behind a list, by way of a numbering style if need be."""
        key = val(num, "w:abstractNumId") or ""
        link = val(self._abstract.get(key), "w:numStyleLink")
        place = self._styles.list_place(link) if link else None
        linked = val(self._nums.get(place.id), "w:abstractNumId") if place else None
        return linked or key

    def _level_of(self, key: str, style: str | None) -> int:
        for level in self._abstract[key].findall("w:lvl"):
            if style and val(level, "w:pStyle") == style:
                return _depth(level)
        return 0

    def _level(self, num: Xml, key: str, depth: int) -> Xml | None:
        override = self._override(num, depth)
        own = child(override, "w:lvl")
        if own is not None:
            return own
        levels = self._abstract[key].findall("w:lvl")
        return next((level for level in levels if _depth(level) == depth), None)

    def _override(self, num: Xml, depth: int) -> Xml | None:
        overrides = num.findall("w:lvlOverride")
        return next((override for override in overrides if _depth(override) == depth), None)

    def _count(self, num: Xml, key: str, depth: int, counters: dict[int, int]) -> None:
        """Step one level on; what is below it starts again, what is above it has started."""
        restart = number(self._override(num, depth), "w:startOverride")
        first = (num.get("w:numId", ""), depth) not in self._started
        self._started.add((num.get("w:numId", ""), depth))
        for above in range(depth):
            counters.setdefault(above, self._start(num, key, above))
        if restart is not None and first:
            counters[depth] = restart
        elif depth in counters:
            counters[depth] += 1
        else:
            counters[depth] = self._start(num, key, depth)
        for below in [level for level in counters if level > depth]:
            if val(self._level(num, key, below), "w:lvlRestart") != "0":
                del counters[below]

    def _start(self, num: Xml, key: str, depth: int) -> int:
        start = number(self._level(num, key, depth), "w:start")
        return 1 if start is None else start

    def _shown(self, num: Xml, key: str, depth: int, counters: dict[int, int], legal: bool) -> str:
        form = val(self._level(num, key, depth), "w:numFmt") or "decimal"
        return formatted(counters.get(depth, 1), "decimal" if legal else form)


def _depth(level: Xml) -> int:
    text = level.get("w:ilvl", "0")
    return int(text) if text.isdecimal() else 0


def formatted(count: int, form: str) -> str:
    """A count in one of Word's number formats; those of single languages appear as digits."""
    if form.endswith("Letter") and 0 < count <= _LETTERS:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if form.startswith("upper") else letter
    if form.endswith("Roman") and 0 < count < 4000:
        roman = _roman(count)
        return roman.upper() if form.startswith("upper") else roman
    if form == "decimalZero":
        return f"{count:02d}"
    return "" if form in ("none", "bullet") else str(count)


def _roman(count: int) -> str:
    digits = ""
    for value, sign in _ROMAN:
        digits += sign * (count // value)
        count %= value
    return digits
