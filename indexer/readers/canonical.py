"""Building a canonical text block by block, and decoding the bytes that it comes from."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from indexer.document import Aspect, Block, BlockKind
from indexer.errors import DocumentError

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
    ) -> None:
        """Append a block; text without a single visible character is ignored."""
        if not any(char.isprintable() and char != " " for char in text):
            return
        # A row keeps its outer tabs: its first or last cell may be empty.
        text = text.strip(" \n") if kind == "row" else text.strip()
        if self.blocks:
            close = kind == self.blocks[-1].kind and kind in ("item", "row")
            self._append("\n" if close else "\n\n")
        start = self._length
        self._append(text)
        self.blocks.append(Block(start, self._length, kind, section, aspect, header))

    def add_prose(
        self, text: str, *, section: tuple[str, ...] = (), aspect: Aspect | None = None
    ) -> None:
        """Append running text: blank lines part paragraphs, bullets stay lines of their own."""
        for paragraph in _BLANK_LINES.split(text.strip()):
            for line in _unwrapped(paragraph):
                kind: BlockKind = "item" if _BULLET.match(line) else "paragraph"
                self.add(line, kind, section=section, aspect=aspect)

    def _append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)


def _unwrapped(paragraph: str) -> list[str]:
    """Join lines that were broken for width alone; a bullet starts a new line."""
    lines: list[str] = []
    for line in paragraph.splitlines():
        if lines and not _BULLET.match(line):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
    return lines


def decode(path: Path, name: str) -> str:
    """Read a file as UTF-8, with or without a byte order mark; every line end becomes a newline.

    Raises:
        DocumentError: the file is empty, binary or in another encoding.
    """
    data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"not UTF-8 (byte 0x{data[error.start]:02x}); save the file as UTF-8"
        raise DocumentError(name, reason, f"line {line}") from error
    if "\0" in text:
        raise DocumentError(name, "holds NUL characters: a binary file under a text name")
    if not text.strip():
        raise DocumentError(name, "yields no text: the file is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")
