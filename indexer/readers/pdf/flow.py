"""Blocks of all columns and pages in one sequence: what a break has parted is joined again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from indexer.readers.pdf.blocks import Block
from indexer.readers.pdf.joining import SOFT_HYPHEN
from indexer.readers.pdf.tables import Grid, continues, repeated_rows


def flow(columns: Iterable[Sequence[Block]]) -> tuple[list[Block], list[str]]:
    """Join the blocks of one column after another.

    Args:
        columns: blocks of each column, in reading order.

    Returns:
        The blocks, and the rows of tables that were repeated after a page break.
    """
    blocks: list[Block] = []
    repeated: list[str] = []
    for column in columns:
        for number, block in enumerate(column):
            before = _before(blocks, block)
            if block.grid and before and before.grid and _goes_on(before.grid, block.grid, blocks):
                before.grid, again = _one_table(before.grid, block.grid)
                repeated += again
            elif number == _first_text(column) and before and _runs_on(before, block):
                before.segments[-1] += block.segments[0]
                before.segments += block.segments[1:]
                before.right = block.right
            else:
                blocks.append(block)
    return blocks, repeated


def _before(blocks: Sequence[Block], block: Block) -> Block | None:
    """The last block that is no footnote; a table in the midst of a sentence is passed over."""
    for before in reversed(blocks):
        passed = before.kind == "footnote" or (before.kind == "table" and block.kind != "table")
        if not passed:
            return before
    return None


def _first_text(column: Sequence[Block]) -> int:
    return next((n for n, block in enumerate(column) if block.kind != "table"), -1)


def _goes_on(before: Grid, grid: Grid, blocks: Sequence[Block]) -> bool:
    last = next(block for block in reversed(blocks) if block.kind != "footnote")
    return last.grid is before and continues(grid, before)


def _one_table(before: Grid, grid: Grid) -> tuple[Grid, list[str]]:
    """Append a table's rows to those before the page break."""
    count = repeated_rows(grid.rows, before.rows)
    rows = grid.rows[count:]
    joined, pages = (*before.rows, *rows), before.pages + (grid.page,) * len(rows)
    if rows and not rows[0][0] and all(row[0] for row in before.rows):
        # The break runs through a row: its label stands on the page before.
        split = zip(before.rows[-1], rows[0], strict=True)
        joined = (*before.rows[:-1], tuple(f"{a} {b}".strip() for a, b in split), *rows[1:])
        pages = before.pages + (grid.page,) * (len(rows) - 1)
    again = [" ".join(row) for row in grid.rows[:count]]
    return replace(before, rows=joined, pages=pages, bottom=grid.bottom), again


def _runs_on(before: Block, block: Block) -> bool:
    """Whether a paragraph goes on in a block at the top of the next column or page."""
    if before.kind not in ("paragraph", "item") or block.kind != "paragraph":
        return False
    first, last = block.lines[0], before.lines[-1]
    if abs(first.size - last.size) > 0.5 or before.ended:
        return False
    parted = last.text.endswith(("-", SOFT_HYPHEN))
    lower = first.text[:1].islower()
    return parted or lower or not before.room_for(first, 2 * first.size)
