"""Verbatim text as headings, paragraphs and table rows: joined, the pieces are the text again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from search_api.engine.answer import Segment

Shape = Literal["heading", "paragraph", "row", "gap"]

_PIECES = re.compile(r"\n+|[^\n]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text.

    Attributes:
        shape: how to set it; a gap is the line feeds between two others.
        cells: what it holds: of a row its cells, of anything else one. Each is a list of runs.
        level: of a heading, how deep it stands, from 1.
    """

    shape: Shape
    cells: tuple[tuple[Segment, ...], ...]
    level: int = 0

    @property
    def text(self) -> str:
        """The piece as it stands in the text: tabs part the cells of a row."""
        return "\t".join("".join(run.text for run in cell) for cell in self.cells)


def blocks(segments: Sequence[Segment], headings: Sequence[str] = ()) -> list[Block]:
    """Cut marked text at its line feeds.

    Args:
        segments: the text, in runs.
        headings: those known to stand above the text, outermost first; lines at its beginning
            that are among them are headings, at the level of their place in the list.
    """
    text = "".join(segment.text for segment in segments)
    marks = _marks(segments)
    cut: list[Block] = []
    for match in _PIECES.finditer(text):
        start, line = match.start(), match.group()
        heads = all(block.shape in ("heading", "gap") for block in cut)
        shape, level = _shape(line, headings if heads else ())
        cut.append(Block(shape, tuple(_cells(line, start, marks)), level))
    return cut


def _shape(line: str, headings: Collection[str]) -> tuple[Shape, int]:
    if line[0] == "\n":
        return "gap", 0
    if line in headings:
        return "heading", list(headings).index(line) + 1
    return ("row" if "\t" in line else "paragraph"), 0


def _marks(segments: Sequence[Segment]) -> list[tuple[int, int]]:
    """Half-open ranges that are marked."""
    ranges, end = [], 0
    for segment in segments:
        start, end = end, end + len(segment.text)
        if segment.mark:
            ranges.append((start, end))
    return ranges


def _cells(line: str, start: int, marks: list[tuple[int, int]]) -> Iterator[tuple[Segment, ...]]:
    for cell in line.split("\t"):
        yield tuple(_runs(cell, start, marks))
        start += len(cell) + 1


def _runs(cell: str, start: int, marks: list[tuple[int, int]]) -> Iterator[Segment]:
    edges = {start, start + len(cell)}
    for mark in marks:
        edges |= {edge for edge in mark if start < edge < start + len(cell)}
    ordered = sorted(edges)
    for a, b in pairwise(ordered):
        inside = any(begin <= a and b <= end for begin, end in marks)
        yield Segment(text=cell[a - start : b - start], mark=inside)
