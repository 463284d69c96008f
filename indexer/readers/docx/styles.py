"""Styles: what a paragraph, a run or a table is by the name of its style, or by what that is of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.readers.docx.package import Xml, child, number, on, val

_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|titolo|kop|rubrik|nagłówek|заголовок) ?([1-9])",
    re.IGNORECASE,
)
_LIST = re.compile(r"list (?:bullet|number)( [2-5])?")
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Which numbering a paragraph belongs to, and its level there, counted from 0."""

    id: str
    level: int | None


class Styles:
    """The style sheet of a document."""

    def __init__(self, sheet: Xml | None) -> None:
        styles = sheet.findall("w:style") if sheet is not None else []
        self._styles = {style.get("w:styleId", ""): style for style in styles}
        self._default = {
            style.get("w:type"): style.get("w:styleId", "")
            for style in styles
            if style.get("w:default", "0") in ("1", "true", "on")
        }

    def chain(self, style: str | None, kind: str = "paragraph") -> Iterator[Xml]:
        """The style and those that it is based on, nearest first; the default one for None."""
        seen: set[str] = set()
        style = style if style is not None else self._default.get(kind)
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = val(self._styles[style], "w:basedOn")

    def names(self, style: str | None) -> list[str]:
        """English or localised names along the chain, in lower case; the id if none is known."""
        names = [(val(entry, "w:name") or "").lower() for entry in self.chain(style)]
        return names or [(style or "").lower()]

    def is_title(self, style: str | None) -> bool:
        """Whether it is the style of a document's title."""
        return "title" in self.names(style)

    def level(self, style: str | None) -> int:
        """Level of a heading, from 1; 0 for other text."""
        for entry in self.chain(style):
            outline = number(entry, "w:pPr/w:outlineLvl")
            if outline is not None:
                return outline + 1 if outline < _DEEPEST else 0
        for name in self.names(style):
            if heading := _HEADING.fullmatch(name):
                return int(heading[1])
        return 0

    def is_contents(self, style: str | None) -> bool:
        """Whether it is the style of a line in a table of contents, or of its heading."""
        name = self.names(style)[0]
        return re.fullmatch(r"toc ([1-9]|heading)|table of figures", name) is not None

    def is_list(self, style: str | None) -> bool:
        """Whether its name alone says that it is for list items."""
        return any(_LIST.fullmatch(name) for name in self.names(style))

    def list_place(self, style: str | None) -> ListPlace | None:
        """The numbering that a paragraph has by its style."""
        level = None
        for entry in self.chain(style):
            level = number(entry, "w:pPr/w:numPr/w:ilvl") if level is None else level
            given = val(entry, "w:pPr/w:numPr/w:numId")
            if given is not None:
                return ListPlace(given, level)
        return None

    def switch(self, style: str | None, path: str) -> bool:
        """A switch of the style's runs, such as `w:b` or `w:vanish`."""
        found = (on(entry, f"w:rPr/{path}") for entry in self.chain(style))
        return next((value for value in found if value is not None), False)

    def attribute(self, style: str | None, path: str, key: str) -> str | None:
        """An attribute of the style, such as `w:lang`'s."""
        for entry in self.chain(style):
            found = child(entry, path)
            if found is not None and found.get(key):
                return found.get(key)
        return None

    def marks_first_row(self, style: str | None) -> bool:
        """Whether tables of this style set their first row apart."""
        return any(
            part.get("w:type") == "firstRow" and len(part)
            for entry in self.chain(style, "table")
            for part in entry.findall("w:tblStylePr")
        )
