"""Paragraphs, list items and headings: which lines belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from indexer.readers.pdf.columns import Region
from indexer.readers.pdf.joining import SOFT_HYPHEN, joined
from indexer.readers.pdf.lines import Line
from indexer.readers.pdf.tables import Grid
from indexer.readers.pdf.typography import Typography

BlockKind = Literal["heading", "paragraph", "item", "footnote", "table"]

ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
"""A text that ends a sentence, or announces what follows."""

_BULLET = re.compile(r"(?:[•▪◦‣●○■□❖➢➤✓·∙*\ue000-\uf8ff\ufffd]\s*|[-–—o]\s)(?=\S)")
_DASH = re.compile(r"[-–—o*]\s")
_NUMBER = re.compile(r"(?:\d{1,3}[.)]|\(?[a-z\d]{1,2}\)|[a-z]\.|[ivx]{2,4}[.)])\s")
_FOOTNOTE = re.compile(r"(?:\d{1,3}|[*†‡])\s?\S")
_CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\w{1,5}$")
"""How an entry of a contents list ends: dots that lead to a page number."""
_HANGING = 4.0
"""Points by which the text of an item may stand beside where its first line begins."""


@dataclass
class Block:
    """Lines that belong together, or a table.

    Attributes:
        kind: what they are.
        segments: lines, parted where the author broke them.
        right: right edge of their column.
        grid: the table.
        level: depth of a heading that the file marks, or 0.
    """

    kind: BlockKind
    segments: list[list[Line]] = field(default_factory=list)
    right: float = 0.0
    grid: Grid | None = None
    level: int = 0

    @property
    def lines(self) -> list[Line]:
        """Every line of it."""
        return [line for segment in self.segments for line in segment]

    @property
    def page(self) -> int:
        """Page on which it begins."""
        return self.grid.page if self.grid else self.segments[0][0].page

    def text(self, known: frozenset[str]) -> str:
        """Its text, a bullet left off."""
        texts = [joined((line.text for line in lines), known) for lines in self.segments]
        if self.kind == "item":
            bullet = _BULLET.match(texts[0])
            texts[0] = texts[0][bullet.end() :] if bullet else texts[0]
        return "\n".join(texts)

    @property
    def left(self) -> float:
        """Where its text begins: behind the bullet or number of an item."""
        first = self.segments[0][0]
        is_item = self.kind == "item" and len(first.words) > 1
        return first.words[1].x0 if is_item else first.x0

    @property
    def ended(self) -> bool:
        """Whether its last line ends a sentence."""
        return bool(ENDED.search(self.lines[-1].text))

    def room_for(self, line: Line, slack: float) -> bool:
        """Whether a line's first word would have fitted at the end of this, with slack to spare.

        Lines are broken for width alone only where the next word does not fit.
        """
        first = line.words[0]
        last = self.lines[-1]
        if last.text.endswith(("-", SOFT_HYPHEN)):
            return False
        return last.x1 + (first.x1 - first.x0) + slack < self.right


def blocks_of(region: Region, style: Typography) -> list[Block]:
    """Part a column into blocks."""
    blocks: list[Block] = []
    for number, piece in enumerate(region.pieces):
        if isinstance(piece, Grid):
            blocks.append(Block("table", grid=piece))
            continue
        following = region.pieces[number + 1 : number + 2]
        after = following[0] if following and isinstance(following[0], Line) else None
        last = blocks[-1] if blocks and blocks[-1].kind != "table" else None
        kind = _kind(piece, after, last, style)
        if last is None or _begins(last, piece, after, kind, style):
            blocks.append(Block(kind, [[piece]], region.right, level=piece.level))
        elif _broken(last, piece):
            last.segments.append([piece])
        else:
            last.segments[-1].append(piece)
    _mark_footnotes(blocks, style)
    return [_settled(block, style) for block in blocks]


def _kind(line: Line, after: Line | None, last: Block | None, style: Typography) -> BlockKind:
    if line.level or style.large(line):
        return "heading"
    if _bulleted(line, last, style) or _numbered(line, after, last):
        return "item"
    return "paragraph"


def _bulleted(line: Line, last: Block | None, style: Typography) -> bool:
    """Whether a line begins with a bullet; a dash amid a sentence is none."""
    if not _BULLET.match(line.text):
        return False
    if not _DASH.match(line.text):
        return True
    if len(line.words) > 1 and line.words[1].x0 - line.words[0].x1 > 0.45 * line.size:
        return True
    amid = last and last.kind == "paragraph" and not last.ended
    apart = last is None or style.gap(last.lines[-1], line)
    return not line.text.startswith("o") and (apart or not amid)


def _numbered(line: Line, after: Line | None, last: Block | None) -> bool:
    """Whether a line begins with a number that its text hangs beside."""
    if not _NUMBER.match(line.text) or len(line.words) < 2:
        return False
    number, text = line.words[:2]
    hangs = after is not None and abs(after.x0 - text.x0) < _HANGING / 2 < text.x0 - line.x0
    others = [b.x0 - a.x1 for a, b in pairwise(line.words[1:])]
    wide = text.x0 - number.x1 > max(0.45 * line.size, 1.5 * max(others, default=0.0))
    in_list = last is not None and last.kind == "item" and _NUMBER.match(last.lines[0].text)
    return hangs or wide or bool(in_list)


def _begins(
    last: Block, line: Line, after: Line | None, kind: BlockKind, style: Typography
) -> bool:
    """Whether a line begins a new block."""
    above = last.lines[-1]
    if kind == "heading" or last.kind == "heading":
        same = kind == last.kind and above.size == line.size and above.level == line.level
        return not same or line.bottom - above.bottom > 1.6 * line.size
    if kind == "item" or style.gap(above, line):
        return True
    if abs(above.size - line.size) > 0.5 and not _same_row_size(above, line):
        return True
    if above.bold != line.bold and last.room_for(line, line.size):
        return True
    if last.ended and last.room_for(line, line.size):
        return True
    return _indented(last, above, line, after)


def _same_row_size(above: Line, line: Line) -> bool:
    """Whether two lines share a font size in any word, as where one ends in small print."""
    return bool({word.size for word in above.words} & {word.size for word in line.words})


def _indented(last: Block, above: Line, line: Line, after: Line | None) -> bool:
    """Whether an indent parts a line from the one above; centred lines tell nothing."""
    step = 0.8 * line.size
    if abs((above.x0 + above.x1) - (line.x0 + line.x1)) < 2:
        return False
    if last.kind == "item":
        return line.x0 < last.left - max(step, _HANGING) and last.ended
    if line.x0 > above.x0 + step:
        returns = after is None or after.x0 < line.x0 - step / 2
        return last.ended and (returns or len(last.lines) > 1)
    return line.x0 < above.x0 - step and len(last.lines) > 1


def _broken(last: Block, line: Line) -> bool:
    """Whether the author broke the line above: it ends far from the edge without a reason."""
    if last.kind == "heading" or abs(last.lines[0].x0 - line.x0) > _HANGING:
        return False
    width = last.right - last.left
    return last.room_for(line, max(3 * line.size, 0.3 * width))


def _mark_footnotes(blocks: Sequence[Block], style: Typography) -> None:
    """Mark the small print at the foot of a column whose first line begins with a number."""
    for block in reversed(blocks):
        small = block.kind != "table" and block.lines[0].size < style.body - 0.75
        if not small:
            return
        if _FOOTNOTE.match(block.lines[0].text):
            block.kind = "footnote"


def _settled(block: Block, style: Typography) -> Block:
    """Make lone bold lines headings, and large running text paragraphs."""
    lines = block.lines if block.kind != "table" else []
    if block.kind == "heading" and not block.level:
        runs = (
            len(lines) > 4
            or _CONTENTS.search(lines[-1].text)
            or (len(lines) > 1 and lines[-1].text.endswith("."))
        )
        block.kind = "paragraph" if runs else "heading"
    elif block.kind in ("paragraph", "item") and all(map(style.bold, lines)):
        text = block.text(frozenset())
        bullet = block.kind == "item" and _BULLET.match(lines[0].text)
        entry = _CONTENTS.search(text) or text.endswith((".", ",", ";"))
        if not bullet and not entry and len(lines) <= 2:
            block.kind = "heading"
            block.segments = [lines]
    return block
