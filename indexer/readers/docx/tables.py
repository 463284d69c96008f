"""Tables: the grid of a `w:tbl`, merged cells resolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.readers.docx.package import Xml, child, number, on, val
from indexer.readers.docx.runs import Line, chosen, tidy
from indexer.readers.docx.styles import Styles

WIDEST = 1000
"""Columns beyond which a span is not believed; Word allows 63."""

_FIRST_ROW = 0x0020
_GLUED = re.compile(r"[^\W\d_]|[,;.)!?’']")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the file: its element, its first column, and its merging with others."""

    element: Xml
    column: int
    span: int
    continues: bool

    @property
    def paragraphs(self) -> list[Xml]:
        """Paragraphs that hold any text, those of inner tables left out."""
        found = [part for part in parts(self.element, "w:p") if part.tag == "w:p"]
        return [p for p in found if any((t.text or "").strip() for t in p.iter("w:t"))]


def parts(node: Xml, *tags: str) -> Iterator[Xml]:
    """Children with one of these tags, also those in content controls and tracked insertions."""
    for part in node:
        if part.tag in tags:
            yield part
        elif part.tag in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo"):
            yield from parts(part, *tags)
        elif part.tag == "mc:AlternateContent":
            yield from parts(chosen(part), *tags)


def grid(table: Xml) -> list[list[Cell]]:
    """The cells of a table row by row, rows of a tracked deletion left out."""
    return [list(_cells(row)) for row in parts(table, "w:tr") if not is_deleted(row)]


def is_deleted(row: Xml) -> bool:
    """Whether a row is a tracked deletion."""
    return child(row, "w:trPr/w:del") is not None


def _cells(row: Xml) -> Iterator[Cell]:
    column = min(number(row, "w:trPr/w:gridBefore") or 0, WIDEST)
    for element in parts(row, "w:tc"):
        span = min(number(element, "w:tcPr/w:gridSpan") or 1, WIDEST)
        merged = child(element, "w:tcPr/w:vMerge")
        continues = merged is not None and merged.get("w:val", "continue") == "continue"
        yield Cell(element, column, span, continues)
        column += span


def is_layout(cells: list[list[Cell]], styles: Styles) -> bool:
    """Whether a table only puts text side by side: one row, one column, or headings over text."""
    if len(cells) < 2 or max(map(len, cells)) < 2:
        return True
    return any(
        styles.level(val(paragraph, "w:pPr/w:pStyle"))
        for row in cells
        for cell in row
        if len(cell.paragraphs) > 1
        for paragraph in cell.paragraphs
    )


def filled(cells: list[list[Cell]], text: Callable[[Xml], str]) -> list[list[str]]:
    """The texts of a grid as full rows: merged over columns once, over rows in each row."""
    width = max(cell.column + cell.span for row in cells for cell in row)
    rows: list[list[str]] = []
    for row in cells:
        rows.append([""] * width)
        for cell in row:
            above = rows[-2][cell.column] if cell.continues and len(rows) > 1 else ""
            rows[-1][cell.column] = text(cell.element) or above
    return rows


def marks_header(table: Xml, styles: Styles) -> bool:
    """Whether the file marks the first row as column titles.

    Word sets "first row" in the look of every new table, so it counts only where the table's style
    has a form for that row.
    """
    first = next(parts(table, "w:tr"))
    look = child(table, "w:tblPr/w:tblLook")
    if on(first, "w:trPr/w:tblHeader"):
        return True
    if look is None or not styles.marks_first_row(val(table, "w:tblPr/w:tblStyle")):
        return False
    bits = look.get("w:val", "0")
    known = int(bits, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", bits) else 0
    return look.get("w:firstRow", str(known & _FIRST_ROW)) not in ("0", "false", "off")


def labelled(line: Line) -> str:
    """A cell's first line; a bold beginning is the cell's label and stands on a line of its own."""
    pieces = [piece for piece in line.pieces if piece.text]
    split = next((n for n, piece in enumerate(pieces) if not piece.bold and piece.text.strip()), 0)
    label = "".join(piece.text for piece in pieces[:split])
    rest = "".join(piece.text for piece in pieces[split:])
    if rest.startswith(":"):
        label, rest = f"{label}:", rest[1:]
    glued = not label[-1:].isspace() and _GLUED.match(rest)
    if not label.strip() or not rest.strip() or glued:
        return line.text
    return tidy(f"{label}\n{rest}")
