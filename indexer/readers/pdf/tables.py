"""Tables that lines are drawn around: their cells, and the text in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pdfplumber.page import Page

from indexer.readers.pdf.joining import SOFT_HYPHEN, compounds, joined
from indexer.readers.pdf.lines import Line, Word, line_of, rows_of, spaced

Box = tuple[float, float, float, float]

MAX_EDGES = 4000
"""Drawn lines of a page from which it holds a map or a chart; finding cells would take minutes."""
_SNAP = 3.0
"""Points by which edges of cells in one row or column may differ."""
_PARAGRAPH_GAP = 0.6
"""Space between two lines of a cell, in font sizes, from which they are two paragraphs."""


@dataclass(frozen=True)
class Grid:
    """A table on one page.

    Attributes:
        rows: text of the cells.
        edges: where its columns begin and end, in points.
        pages: page of each row, from 1; one table over a page break has several.
    """

    rows: tuple[tuple[str, ...], ...]
    edges: tuple[float, ...]
    pages: tuple[int, ...]
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.pages[0]


def grids_of(page: Page, words: Sequence[Word]) -> tuple[list[Grid], list[Word]]:
    """Find a page's tables.

    Returns:
        Its tables, and the words that stand in none of them.
    """
    if not 4 <= len(page.edges) <= MAX_EDGES:
        return [], list(words)
    grids: list[Grid] = []
    known = compounds(word.text for word in words)
    left = list(words)
    for table in page.find_tables():
        cells = _filled(table.cells, left)
        grid = _grid(cells, page.page_number, known)
        if grid is not None:
            grids.append(grid)
            inside = {id(word) for found in cells.values() for word in found}
            left = [word for word in left if id(word) not in inside]
    return grids, left


def _filled(cells: Iterable[Box], words: Sequence[Word]) -> dict[Box, list[Word]]:
    filled: dict[Box, list[Word]] = {cell: [] for cell in cells}
    for word in words:
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        for (x0, top, x1, bottom), found in filled.items():
            if x0 <= x < x1 and top <= y < bottom:
                found.append(word)
                break
    return filled


def _grid(cells: dict[Box, list[Word]], page: int, known: frozenset[str]) -> Grid | None:
    """Lay cells out in rows; None for boxes around text, pictures and charts."""
    xs = _edges(edge for x0, _, x1, _ in cells for edge in (x0, x1))
    ys = _edges(edge for _, top, _, bottom in cells for edge in (top, bottom))
    rows = [[""] * (len(xs) - 1) for _ in ys[1:]]
    for (x0, top, x1, bottom), words in cells.items():
        text = _cell(words, x0, x1, page, known)
        for row in range(_place(ys, top), max(_place(ys, bottom), _place(ys, top) + 1)):
            rows[row][_place(xs, x0)] = text
    columns = sum(any(column) for column in zip(*rows, strict=True))
    if columns < 2 or sum(any(row) for row in rows) < 1 or sum(map(bool, cells.values())) < 2:
        return None
    kept = tuple(tuple(row) for row in rows if any(row))
    return Grid(kept, tuple(xs), (page,) * len(kept), xs[0], xs[-1], ys[0], ys[-1])


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SNAP:
            edges.append(value)
    return edges


def _place(edges: Sequence[float], value: float) -> int:
    """Number of the row or column that begins at a value, the number of edges less one if none."""
    distances = [abs(edge - value) for edge in edges]
    return min(distances.index(min(distances)), len(edges) - 1)


def _cell(words: Sequence[Word], x0: float, x1: float, page: int, known: frozenset[str]) -> str:
    if not words:
        return ""
    lines = [line_of(row, page) for row in rows_of(words)]
    right = x1 - (min(line.x0 for line in lines) - x0)
    paragraphs = [[lines[0]]]
    for above, line in pairwise(lines):
        if _parts(above, line, right):
            paragraphs.append([])
        paragraphs[-1].append(line)
    texts = [joined((line.text for line in lines), known) for lines in paragraphs]
    texts[0] = _labelled(paragraphs[0], known) or texts[0]
    return "\n".join(texts)


def _parts(above: Line, line: Line, right: float) -> bool:
    """Whether a line of a cell begins a new paragraph: there was room for its first word above."""
    if line.top - above.bottom > _PARAGRAPH_GAP * line.size or above.bold != line.bold:
        return True
    if above.text.endswith(("-", SOFT_HYPHEN)):
        return False
    first = line.words[0]
    return above.x1 + (first.x1 - first.x0) + 1.5 * line.size < right


def _labelled(lines: Sequence[Line], known: frozenset[str]) -> str | None:
    """Part the bold words at the beginning of a paragraph from the words that follow."""
    words = [word for line in lines for word in line.words]
    count = next((number for number, word in enumerate(words) if not word.bold), 0)
    if not count or not any(char.isalnum() for word in words[:count] for char in word.text):
        return None
    bold = set(map(id, words[:count]))
    label = [[word for word in line.words if id(word) in bold] for line in lines]
    rest = [[word for word in line.words if id(word) not in bold] for line in lines]
    parts = (joined((spaced(words) for words in part if words), known) for part in (label, rest))
    return "\n".join(parts)


def continues(grid: Grid, before: Grid) -> bool:
    """Whether a table goes on with the columns of one on the page before."""
    return (
        grid.page == before.pages[-1] + 1
        and len(grid.edges) == len(before.edges)
        and all(abs(a - b) <= _SNAP for a, b in zip(grid.edges, before.edges, strict=True))
    )


def repeated_rows(rows: Sequence[Sequence[str]], before: Sequence[Sequence[str]]) -> int:
    """How many rows at the top repeat the first rows of the table before."""
    count = 0
    while count < min(len(rows), len(before)) - 1 and rows[count] == before[count]:
        count += 1
    return count
