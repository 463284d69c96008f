"""Reading order: which lines of a page stand in one column, and which column comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from indexer.readers.pdf.lines import Line, merged
from indexer.readers.pdf.tables import Grid

Piece = Line | Grid

_NEAR = 3.0
"""Points by which the left edges of one column's lines may differ."""
_NARROWEST = 0.15
"""Share of the width that a column's lines take up; labels before values take less."""
_FILLED = 0.6
"""How wide most lines of a column are beside its widest; cells of a table vary more."""


@dataclass(frozen=True)
class Region:
    """One column, or the part of it between two full-width pieces, from top to bottom."""

    pieces: tuple[Piece, ...]
    left: float
    right: float


def regions(pieces: Sequence[Piece]) -> list[Region]:
    """Part what stands on a page into columns, in reading order."""
    gutter = _gutter(pieces)
    if gutter is None:
        return [_region(pieces, pieces)] if pieces else []
    found: list[Region] = []
    left = [piece for piece in pieces if piece.x1 <= gutter]
    right = [piece for piece in pieces if piece.x0 >= gutter]
    across = [piece for piece in pieces if piece.x0 < gutter < piece.x1]
    for spans, band in _bands(pieces, gutter):
        if spans:
            found.append(_region(band, across))
            continue
        found += _columns([piece for piece in band if piece.x1 <= gutter], left)
        found += _columns([piece for piece in band if piece.x0 >= gutter], right)
    return found


def _columns(side: Sequence[Piece], whole: Sequence[Piece]) -> list[Region]:
    """Columns on one side of a gutter; edges are taken from the whole side of the page."""
    parts = regions(side)
    return [_region(side, whole)] if len(parts) == 1 else parts


def _region(pieces: Sequence[Piece], whole: Sequence[Piece]) -> Region:
    ends = sorted(piece.x1 for piece in whole)
    # One line that runs over the edge does not move the edge.
    right = ends[-2] if len(ends) > 4 else ends[-1]
    return Region(tuple(_rows(pieces)), min(piece.x0 for piece in whole), right)


def _rows(pieces: Sequence[Piece]) -> list[Piece]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: (one.top + one.bottom, one.x0)):
        if rows and isinstance(piece, Line) and _level(rows[-1][0], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_joined(row) for row in rows]


def _joined(row: list[Piece]) -> Piece:
    lines = [piece for piece in row if isinstance(piece, Line)]
    return merged(lines) if len(lines) > 1 else row[0]


def _level(one: Piece, other: Piece) -> bool:
    """Whether a line stands at the height of another."""
    return isinstance(one, Line) and _overlap(one, other) > 0.5


def _overlap(one: Piece, other: Piece) -> float:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / max(0.1, min(one.bottom - one.top, other.bottom - other.top))


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Where the best gutter runs: just before the left edge that most lines of a column share."""
    lines = [piece for piece in pieces if isinstance(piece, Line)]
    if len(lines) < 6:
        return None
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    edges = sorted({round(line.x0) for line in lines})
    scored = []
    for edge in edges:
        if sum(abs(line.x0 - edge) <= _NEAR for line in lines) >= 3:
            scored.append((_score(lines, edge - 2.0, width), -edge))
    best, place = max(scored, default=(0, 0))
    return -place - 2.0 if best else None


def _score(lines: Sequence[Line], gutter: float, width: float) -> int:
    """How many lines a gutter parts; 0 if what it parts are no columns."""
    lefts: list[Line] = []
    rights: list[Line] = []
    score = 0
    for spans, band in _bands(lines, gutter):
        if spans:
            continue
        left = [line for line in band if isinstance(line, Line) and line.x1 <= gutter]
        right = [line for line in band if isinstance(line, Line) and line.x0 >= gutter]
        if min(len(left), len(right)) >= 2 and _side_by_side(left, right):
            score += min(len(left), len(right))
            lefts += left
            rights += right
    if score < 3 or not (_is_column(lefts, width) and _is_column(rights, width)):
        return 0
    return score


def _side_by_side(left: Sequence[Line], right: Sequence[Line]) -> bool:
    top = max(left[0].top, right[0].top)
    bottom = min(left[-1].bottom, right[-1].bottom)
    return bottom - top > 1.5 * left[0].size


def _is_column(lines: Sequence[Line], width: float) -> bool:
    widths = sorted(line.x1 - line.x0 for line in lines)
    usual, widest = median(widths), widths[int(0.9 * (len(widths) - 1))]
    return usual >= _NARROWEST * width and usual >= _FILLED * widest


def _bands(pieces: Sequence[Piece], gutter: float) -> list[tuple[bool, list[Piece]]]:
    """Part a page into bands from top to bottom: those across the gutter, those beside it."""
    across = [piece for piece in pieces if piece.x0 < gutter < piece.x1]
    bands: list[tuple[bool, list[Piece]]] = []
    for piece in sorted(pieces, key=lambda one: one.top):
        spans = piece in across or any(_level(one, piece) for one in across)
        if not bands or bands[-1][0] != spans:
            bands.append((spans, []))
        bands[-1][1].append(piece)
    for number, (spans, band) in enumerate(bands[:-1]):
        if not spans:
            tail = _tail(band, gutter)
            bands[number] = (False, [piece for piece in band if piece not in tail])
            bands[number + 1][1][:0] = tail
    return [band for band in bands if band[1]]


def _tail(band: list[Piece], gutter: float) -> list[Piece]:
    """Short lines below both columns that belong to the full-width text after them."""
    right_end = max((piece.bottom for piece in band if piece.x0 >= gutter), default=None)
    if right_end is None:
        return []
    left = [piece for piece in band if piece.x1 <= gutter]
    for number, piece in enumerate(left[1:], 1):
        above = left[number - 1]
        if piece.top >= right_end and piece.top - above.bottom > 0.6 * (above.bottom - above.top):
            return left[number:]
    return []
