"""Markdown, with YAML front matter, tables, footnotes and HTML fragments inside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from indexer.errors import DocumentError
from indexer.metadata import Fields
from indexer.readers.canonical import CELL
from indexer.readers.draft import Draft
from indexer.readers.fragments import html_lines
from indexer.readers.yaml_text import load_yaml


def draft_markdown(source: str, name: str) -> tuple[Draft, Fields]:
    """Read one Markdown text: marks removed, every word kept; its front matter beside it."""
    tokens = _parser().parse(source)
    front = _front_matter(tokens, source, name)
    walker = _Walker(source)
    walker.walk(tokens)
    return walker.draft, front


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return parser.use(front_matter_plugin).use(footnote_plugin)


def _front_matter(tokens: list[Token], source: str, name: str) -> Fields:
    if not tokens or tokens[0].type != "front_matter":
        if re.match(r"---\n\s*[\"']?\w[\w -]*[\"']?\s*:", source):
            raise DocumentError(name, "front matter is opened but never closed by ---", "line 1")
        return {}
    fields = load_yaml(tokens[0].content, name, "front matter", first_line=2) or {}
    if not isinstance(fields, dict):
        raise DocumentError(name, "front matter is no list of `name: value` lines", "line 1")
    return fields


class _Walker:
    """Walks a token stream once, block by block."""

    def __init__(self, source: str) -> None:
        self.draft = Draft()
        self._lines = source.split("\n")
        self._notes: dict[int, str] = {}
        self._items = 0
        self._number = ""
        self._row_line = 0
        self._columns = 0
        self._cells: list[str] = []
        self._rows: list[list[str]] = []

    def walk(self, tokens: list[Token]) -> None:
        tokens, self._notes = _without_notes(tokens)
        for position, token in enumerate(tokens):
            if token.type == "inline":
                self._inline(tokens[position - 1], token)
            elif token.type == "html_block":
                self._lines_of_cells(html_lines(token.content))
            elif token.type in ("fence", "code_block"):
                self.draft.paragraph(token.content)
            elif token.type in ("list_item_open", "list_item_close"):
                self._items += token.nesting
                self._number = f"{token.info}. " if token.info else ""
            elif token.type == "tr_open":
                self._cells, self._row_line = [], token.map[0] if token.map else 0
            elif token.type == "tr_close":
                self._columns = self._columns or len(self._cells)
                self._rows.append([*self._cells, *self._beyond()])
            elif token.type == "table_close":
                self.draft.table(self._rows, header=True)
                self._rows, self._columns = [], 0

    def _inline(self, opener: Token, token: Token) -> None:
        text = inline_text(token, self._notes)
        if opener.type == "heading_open":
            self.draft.heading(text, int(opener.tag[1]))
        elif opener.type in ("td_open", "th_open"):
            self._cells.append(_led(token, text))
        else:
            self._prose(token, text)

    def _prose(self, token: Token, text: str) -> None:
        number, self._number = self._number, ""
        if CELL in text:
            lines = (number + inline_text(token, self._notes, soft="\n")).split("\n")
            self._lines_of_cells([line.split(CELL) for line in lines])
        elif self._items:
            self.draft.item(number + text)
        else:
            self.draft.paragraph(text)

    def _beyond(self) -> list[str]:
        """Cells of a row that has more of them than its header, which the parser leaves out."""
        cells = escapedSplit(self._lines[self._row_line].strip().strip("|"))
        parsed = (_parser().parseInline(cell.strip()) for cell in cells[self._columns :])
        return [inline_text(tokens[0]) for tokens in parsed]

    def _lines_of_cells(self, lines: Sequence[Sequence[str]]) -> None:
        """Lines of several cells are rows of a table that has no other marks."""
        rows: list[Sequence[str]] = []
        for cells in lines:
            if len(cells) > 1:
                rows.append(cells)
                continue
            self.draft.table(rows)
            rows = []
            self.draft.paragraph(cells[0])
        self.draft.table(rows)


def _without_notes(tokens: list[Token]) -> tuple[list[Token], dict[int, str]]:
    """Part the tokens from the text of their footnotes, by number."""
    opened = [i for i, token in enumerate(tokens) if token.type == "footnote_block_open"]
    if not opened:
        return tokens, {}
    notes: dict[int, list[str]] = {}
    current = 0
    for token in tokens[opened[0] :]:
        if token.type == "footnote_open":
            current = int(token.meta["id"])
        elif token.type == "inline":
            notes.setdefault(current, []).append(inline_text(token))
    return tokens[: opened[0]], {number: " ".join(texts) for number, texts in notes.items()}


def _led(token: Token, text: str) -> str:
    """A cell; a line break parts the emphasised words that it begins with from the others."""
    children = [child for child in token.children or [] if child.content or child.nesting]
    if not children or children[0].type != "strong_open":
        return text
    depth = 0
    for position, child in enumerate(children):
        depth += child.nesting if child.type.startswith("strong") else 0
        if depth == 0:
            lead = "".join(c.content for c in children[: position + 1]).strip()
            rest = text.strip().removeprefix(lead).strip()
            return f"{lead}\n{rest}" if rest and text.strip().startswith(lead) else text
    return text


def inline_text(token: Token, notes: Mapping[int, str] | None = None, soft: str = " ") -> str:
    """The visible text of an inline token: no marks, hard breaks kept, footnotes in brackets.

    Args:
        token: an inline token.
        notes: the text of each footnote, which joins the sentence that refers to it.
        soft: what a line end inside a paragraph becomes.
    """
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
        elif child.type == "footnote_ref":
            pieces.append(f" [{(notes or {}).get(int(child.meta['id']), '')}]")
        elif child.type != "html_inline":
            pieces.append(child.content)
    return "".join(pieces)
