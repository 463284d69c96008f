"""Building a canonical text block by block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.document import Aspect, Block, BlockKind
from indexer.readers.tables import Cells

CELL = "\t"
"""What stands between the cells of a row in canonical text."""

_BULLET = re.compile(r"\s*(?:[-*•‣–]|\d{1,3}[.)])\s+")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")


class CanonicalText:
    """A text under construction, with the blocks added so far."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    @property
    def text(self) -> str:
        """The canonical text so far."""
        return "".join(self._pieces)

    def add(
        self,
        text: str,
        kind: BlockKind = "paragraph",
        *,
        section: tuple[str, ...] = (),
        aspect: Aspect | None = None,
        header: tuple[str, ...] = (),
        page: int | None = None,
    ) -> None:
        """Append a block; text without a single visible character is ignored."""
        if not _is_visible(text):
            return
        start = self._begin(text.strip(), kind)
        self.blocks.append(Block(start, self._length, kind, section, aspect, header, page))

    def add_row(
        self, cells: Sequence[Cells], *, section: tuple[str, ...] = (), page: int | None = None
    ) -> None:
        """Append a table row: one line, its cells parted by tabs, a block for each run of cells."""
        if not any(_is_visible(text) for run in cells for text in run.texts):
            return
        for number, run in enumerate(cells):
            text = CELL.join(run.texts)
            if number:
                self._append(CELL)
                start = self._length
                self._append(text)
            else:
                start = self._begin(text, "row")
            self.blocks.append(
                Block(
                    start,
                    self._length,
                    "row",
                    section,
                    run.aspect,
                    run.header,
                    page=page,
                    place=run.place,
                )
            )

    def _begin(self, text: str, kind: BlockKind) -> int:
        """Append text behind the gap that its kind calls for; return where it starts."""
        if self.blocks:
            close = kind == self.blocks[-1].kind and kind in ("item", "row")
            self._append("\n" if close else "\n\n")
        start = self._length
        self._append(text)
        return start

    def add_prose(
        self, text: str, *, section: tuple[str, ...] = (), aspect: Aspect | None = None
    ) -> None:
        """Append running text: blank lines part paragraphs, bullets stay lines of their own."""
        for paragraph in _BLANK_LINES.split(text.strip()):
            for line, is_item in prose_lines(paragraph):
                self.add(line, "item" if is_item else "paragraph", section=section, aspect=aspect)

    def _append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)


def _is_visible(text: str) -> bool:
    return any(char.isprintable() and char != " " for char in text)


def prose_lines(paragraph: str) -> list[tuple[str, bool]]:
    """Join lines that were broken for width alone; a list item, told by True, starts a new one."""
    lines: list[tuple[str, bool]] = []
    for line in paragraph.splitlines():
        is_item = bool(_BULLET.match(line))
        if lines and not is_item:
            lines[-1] = (f"{lines[-1][0]} {line.strip()}", lines[-1][1])
        else:
            lines.append((line.strip(), is_item))
    return lines
