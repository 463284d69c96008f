"""Tables: which are data and which only place things on the page, and their merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from indexer.errors import DocumentError
from indexer.readers.draft import visible
from indexer.readers.html.boilerplate import HEADINGS

MOST_CELLS = 1_000_000
"""Cells beyond which a table is a bomb: a few bytes can ask for 65 million."""

_WIDEST = 1000
"""Columns that a cell may span: https://html.spec.whatwg.org/#attr-tdth-colspan"""

_WHOLE = re.compile(r"\s*\d{1,6}\b")


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the grid: the element that covers it, and whether it begins in this column."""

    element: _Element | None
    first: bool = True


Grid = list[list[Cell]]


def is_data(table: _Element) -> bool:
    """Whether a table holds data in rows and columns, and not the parts of a page."""
    if table.get("role") in ("presentation", "none"):
        return False
    cells = [cell for row in rows_of(table) for cell in cells_of(row)]
    if any(next(cell.iter(*HEADINGS), None) is not None for cell in cells):
        return False
    if _length(table) != sum(map(_length, [*cells, *table.iterchildren("caption")])):
        return False  # text between the cells, which a grid would lose
    marked = table.find("caption") is not None or any(cell.tag == "th" for cell in cells)
    nested = any(next(cell.iterdescendants("table"), None) is not None for cell in cells)
    return marked or not nested


def rows_of(table: _Element) -> list[_Element]:
    """The table's own rows, not those of tables inside it."""
    rows: list[_Element] = []
    for child in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        rows += [child] if child.tag == "tr" else child.iterchildren("tr")
    return rows


def cells_of(row: _Element) -> Iterator[_Element]:
    """The cells of one row, as written."""
    return row.iterchildren("td", "th")


def grid_of(table: _Element, name: str) -> Grid:
    """Lay a table out: one cell for each row and column, merged ones in each place they cover.

    Raises:
        DocumentError: it asks for more than `MOST_CELLS` cells.
    """
    rows = rows_of(table)
    if sum(_covered(cell, len(rows)) for row in rows for cell in cells_of(row)) > MOST_CELLS:
        reason = f"a table of more than {MOST_CELLS:,} cells; split the page"
        raise DocumentError(name, reason, f"line {table.sourceline}")
    grid: Grid = [[] for _ in rows]
    held: dict[int, tuple[Cell, int]] = {}
    for number, row in enumerate(rows):
        held = _lay(row, grid[number], held, len(rows) - number)
    width = max(map(_used, grid), default=0)
    return [(line + [Cell(None)] * width)[:width] for line in grid]


def header_of(grid: Grid) -> bool | None:
    """Whether the first row is marked as column titles; None if no cell is marked at all."""
    cells = [[c.element for c in line if c.element is not None] for line in grid]
    if not any(element.tag == "th" for line in cells for element in line):
        head = cells[0][0].getparent() if cells and cells[0] else None
        above = head.getparent() if head is not None else None
        return True if above is not None and above.tag == "thead" else None
    return any(e.tag == "th" for e in cells[0]) and all(
        e.tag == "th" or not "".join(e.itertext()).strip() for e in cells[0]
    )


def _lay(
    row: _Element, line: list[Cell], held: dict[int, tuple[Cell, int]], below: int
) -> dict[int, tuple[Cell, int]]:
    """Fill one row; returns the cells that reach into the next, with the rows they still need."""
    reaching: dict[int, tuple[Cell, int]] = {}

    def place(cell: Cell, rows: int) -> None:
        if rows > 1:
            reaching[len(line)] = cell, rows - 1
        line.append(cell)

    for element in cells_of(row):
        while len(line) in held:
            place(*held[len(line)])
        down = _span(element, "rowspan", below)
        for column in range(_span(element, "colspan", _WIDEST) or 1):
            place(Cell(element, column == 0), down or below)
    while any(column >= len(line) for column in held):
        place(*held.get(len(line), (Cell(None), 1)))
    return reaching


def _span(element: _Element, key: str, most: int) -> int:
    found = _WHOLE.match(element.get(key) or "1")
    spanned = int(found.group()) if found else 1
    return min(spanned, most)


def _covered(element: _Element, rows: int) -> int:
    """Places of the grid that a cell asks for; a rowspan of 0 reaches the table's end."""
    down = _span(element, "rowspan", rows) or rows
    return down * (_span(element, "colspan", _WIDEST) or 1)


def _length(element: _Element) -> int:
    return visible("".join(element.itertext()))


def _used(line: list[Cell]) -> int:
    """Columns up to the last in which a cell begins."""
    return max((n for n, c in enumerate(line, 1) if c.element is not None and c.first), default=0)
