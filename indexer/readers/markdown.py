"""Markdown, with YAML front matter, tables and HTML fragments inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from indexer.document import Block, BlockKind, Document
from indexer.errors import DocumentError
from indexer.language import detect
from indexer.metadata import Fields, identity, merge
from indexer.readers.canonical import CanonicalText, decode
from indexer.readers.fragments import html_lines
from indexer.readers.yaml_text import load_yaml

CELL = "\t"
"""What stands between the cells of a row in canonical text."""


def read_markdown(path: Path, name: str, folder: Fields) -> Iterator[Document]:
    """Read one Markdown file as one document: marks removed, every word kept."""
    source = decode(path, name)
    tokens = _parser().parse(source)
    front = _front_matter(tokens, source, name)
    builder = _Builder(source)
    builder.walk(tokens)
    text = builder.canonical.text
    if not text:
        raise DocumentError(name, "yields no text: there is nothing behind the front matter")
    known = front.get("language") or folder.get("language")
    guessed = {"title": builder.title or path.stem, "language": known or detect(text)}
    metadata, warnings = merge([front, folder, guessed], name)
    blocks = _without_title(builder.canonical.blocks, metadata.title)
    given = identity(front, default=name)
    yield Document(given, name, text, blocks, metadata, warnings=warnings)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(front_matter_plugin)


def _front_matter(tokens: list[Token], source: str, name: str) -> Fields:
    if not tokens or tokens[0].type != "front_matter":
        if re.match(r"---\n\s*[\"']?\w[\w -]*[\"']?\s*:", source):
            raise DocumentError(name, "front matter is opened but never closed by ---", "line 1")
        return {}
    fields = load_yaml(tokens[0].content, name, "front matter", first_line=2) or {}
    if not isinstance(fields, dict):
        raise DocumentError(name, "front matter is no list of `name: value` lines", "line 1")
    return fields


def _without_title(blocks: list[Block], title: str) -> tuple[Block, ...]:
    """Drop the document's own title from the heads of sections: it is context already."""
    return tuple(
        Block(b.start, b.end, b.kind, b.section[1:], b.aspect, b.header)
        if b.section[:1] == (title,)
        else b
        for b in blocks
    )


class _Builder:
    """Walks a token stream once, block by block."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")
        self.canonical = CanonicalText()
        self.title = ""
        self._headings: list[tuple[int, str]] = []
        self._items = 0
        self._number = ""
        self._header: tuple[str, ...] = ()
        self._row_line = 0
        self._cells: list[str] = []

    def walk(self, tokens: list[Token]) -> None:
        for position, token in enumerate(tokens):
            if token.type == "inline":
                self._inline(tokens[position - 1], token)
            elif token.type == "html_block":
                self._html(token.content)
            elif token.type in ("fence", "code_block"):
                self._add(token.content)
            elif token.type in ("list_item_open", "list_item_close"):
                self._items += token.nesting
                self._number = f"{token.info}. " if token.info else ""
            elif token.type == "thead_close":
                self._header, self._cells = tuple(self._cells), []
                self.canonical.add(CELL.join(self._header), "heading", section=self._section)
            elif token.type == "tr_open":
                self._row_line = token.map[0] if token.map else 0
            elif token.type == "tr_close" and self._header:
                self._add_row([*self._cells, *self._beyond()], self._header)
                self._cells = []
            elif token.type == "table_close":
                self._header = ()

    @property
    def _section(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._headings)

    def _inline(self, opener: Token, token: Token) -> None:
        text = inline_text(token)
        if opener.type == "heading_open":
            self._heading(int(opener.tag[1]), text)
        elif opener.type in ("td_open", "th_open"):
            self._cells.append(" ".join(text.split()))
        else:
            self._prose(token, text)

    def _prose(self, token: Token, text: str) -> None:
        number, self._number = self._number, ""
        if CELL not in text:
            self._add(number + text, "item" if self._items else "paragraph")
            return
        for line in (number + inline_text(token, soft="\n")).split("\n"):
            self._add_row([" ".join(cell.split()) for cell in line.split(CELL)], ())

    def _heading(self, level: int, text: str) -> None:
        text = " ".join(text.split())
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self.canonical.add(text, "heading", section=self._section)
        if text:
            self.title = self.title or text
            self._headings.append((level, text))

    def _beyond(self) -> list[str]:
        """Cells of a row that has more of them than its header, which the parser leaves out."""
        cells = escapedSplit(self._lines[self._row_line].strip().strip("|"))
        parsed = (_parser().parseInline(cell.strip()) for cell in cells[len(self._header) :])
        return [inline_text(tokens[0]) for tokens in parsed]

    def _add_row(self, cells: list[str], header: tuple[str, ...]) -> None:
        self.canonical.add(CELL.join(cells), "row", section=self._section, header=header)

    def _add(self, text: str, kind: BlockKind = "paragraph") -> None:
        self.canonical.add(text, kind, section=self._section)

    def _html(self, html: str) -> None:
        for cells in html_lines(html):
            if len(cells) > 1:
                self._add_row(cells, ())
            else:
                self._add(cells[0])


def inline_text(token: Token, soft: str = " ") -> str:
    """The visible text of an inline token: no marks, soft breaks as spaces, hard ones kept."""
    pieces = []
    for child in token.children or []:
        if child.type == "softbreak":
            pieces.append(soft)
        elif child.type == "hardbreak" or (
            child.type == "html_inline" and re.match(r"<br\b", child.content, re.IGNORECASE)
        ):
            pieces.append("\n")
        elif child.type == "image":
            pieces.append(inline_text(child))
        elif child.type != "html_inline":
            pieces.append(child.content)
    return "".join(pieces)
