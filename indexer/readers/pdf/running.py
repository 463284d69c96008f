"""Running headers and footers, and page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.readers.pdf.lines import Line
from indexer.readers.pdf.tables import Grid

_ZONE = 0.15
"""Share of a page's height, at its top and bottom, in which running lines stand."""
_APART = 0.6
"""Space, in font sizes, that stands between running lines and the text."""
_SAME_HEIGHT = 6.0
"""Points by which the same running line may stand higher on another page."""

_NUMBER = re.compile(
    r"[-–—|\[(\s]*(?:(?:page|p\.|pg\.|seite|página|pagina|side|sida|стр\.)\s*)?"
    r"(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|de|di|sur|av|\|)\s*\d{1,4})?[-–—|\])\s]*",
    re.IGNORECASE,
)


@dataclass
class PageText:
    """What stands on one page: its pieces still unsorted, images and unmapped glyphs counted."""

    number: int
    height: float
    lines: list[Line]
    grids: list[Grid]
    images: int = 0
    unmapped: int = 0

    @property
    def characters(self) -> int:
        """Characters to read on it."""
        cells = sum(len(cell) for grid in self.grids for row in grid.rows for cell in row)
        return cells + sum(len(line.text) for line in self.lines)


def take_running(pages: Sequence[PageText]) -> list[tuple[str, str]]:
    """Take running lines and page numbers off their pages.

    A line is running if it stands at the same height on three pages, or on more than half of at
    least two; digits count as equal.

    Returns:
        Reason and text of each line taken away.
    """
    outer = {page.number: _outer(page) for page in pages}
    heights: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, lines in outer.items():
        for line in lines:
            heights[_masked(line.text)].append((line.top, number))
    needed = min(3, max(2, len(pages) // 2 + 1))
    taken: list[tuple[str, str]] = []
    for page in pages:
        lines = outer[page.number]
        numbers = [line.top for line in lines if _NUMBER.fullmatch(line.text)]
        reasons = {
            id(line): reason
            for line in lines
            if (reason := _reason(line, heights[_masked(line.text)], needed, numbers))
        }
        taken += [(reasons[id(line)], line.text) for line in page.lines if id(line) in reasons]
        page.lines = [line for line in page.lines if id(line) not in reasons]
    return taken


def _reason(line: Line, places: list[tuple[float, int]], needed: int, numbers: list[float]) -> str:
    """Why a line near the edge is no part of the text; empty if it is.

    Args:
        line: the line.
        places: height and page of each line that reads like it.
        needed: pages on which a running line is repeated at least.
        numbers: heights of the page numbers on its page; the name of a short chapter, beside one,
            is not repeated often.
    """
    if _NUMBER.fullmatch(line.text):
        return "page number"
    pages = {number for top, number in places if abs(top - line.top) <= _SAME_HEIGHT}
    beside = any(abs(top - line.top) < line.size / 2 for top in numbers)
    return "running header" if beside or len(pages) >= needed else ""


def _outer(page: PageText) -> list[Line]:
    """Lines near the upper and lower edge that space parts from the text, none behind a table."""
    found: list[Line] = []
    pieces: list[Line | Grid] = [*page.lines, *page.grids]
    for sign in (1, -1):
        pieces.sort(key=lambda one: one.top * sign)
        zone = [one for one in pieces if isinstance(one, Line) and _in_zone(one, page.height, sign)]
        apart = 0
        for number, line in enumerate(zone):
            inner = pieces[pieces.index(line) + 1 :][:1]
            if not inner or _space(line, inner[0]) > _APART * line.size:
                apart = number + 1
        found += zone[:apart]
    return found


def _in_zone(line: Line, height: float, sign: int) -> bool:
    inner = line.bottom if sign > 0 else height - line.top
    return inner < _ZONE * height


def _space(one: Line, other: Line | Grid) -> float:
    """Space between two pieces, the upper of which may be either."""
    return max(one.top, other.top) - min(one.bottom, other.bottom)


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split()).casefold())
