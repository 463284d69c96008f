"""What a sheet's XML says beside its values: merged cells, and formulas never calculated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

_RANGE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6}):[A-Z]{1,3}([1-9]\d{0,6})")
_PLACE = re.compile(r"[A-Z]{1,3}([1-9]\d{0,6})")


@dataclass
class Marks:
    """Marks of one sheet.

    Attributes:
        merged: by first row, the column (from 0) of each cell merged over rows, and its last row.
        unsaved: by row, the first cell with a formula whose result is not in the file.
    """

    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    unsaved: dict[int, str] = field(default_factory=dict)


def read_marks(xml: IO[bytes]) -> Marks:
    """Read a sheet once, keeping nothing but its marks."""
    marks = Marks()
    for _, element in ElementTree.iterparse(xml):  # noqa: S314
        tag = element.tag.rpartition("}")[2]
        if tag == "c":
            _formula(element, marks)
        elif tag == "row":
            element.clear()
        elif tag == "mergeCell" and (found := _RANGE.fullmatch(element.get("ref", ""))):
            first, last = int(found[2]), int(found[3])
            if last > first:
                marks.merged.setdefault(first, []).append((_column(found[1]), last))
    return marks


def _formula(cell: ElementTree.Element, marks: Marks) -> None:
    """Note a formula without a value; a text of no characters is a value."""
    parts = {part.tag.rpartition("}")[2]: part.text for part in cell}
    place = _PLACE.fullmatch(cell.get("r", ""))
    if place and "f" in parts and not parts.get("v") and cell.get("t") != "str":
        marks.unsaved.setdefault(int(place[1]), cell.get("r", ""))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
