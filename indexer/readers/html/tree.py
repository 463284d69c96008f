"""From a page's tree to the elements of a draft."""

from __future__ import annotations

from collections import deque

from lxml.etree import _Element

from indexer.readers.draft import Draft
from indexer.readers.html.boilerplate import HEADINGS, SILENT
from indexer.readers.html.content import Page
from indexer.readers.html.inline import Inline
from indexer.readers.html.lists import Numbers
from indexer.readers.html.tables import Grid, grid_of, header_of, is_data

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"}
    | {"dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form"}
    | {"header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre"}
    | {"search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
    | HEADINGS.keys()
)
"""Elements that begin and end a line; every other, known or not, runs with its text."""

_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_BOLD = frozenset({"b", "strong"})


class Walk:
    """Goes through a tree once, in reading order, without recursion: pages may be deep.

    Args:
        draft: takes what is found.
        page: judges what is no content.
        name: the file, for messages.
        in_cell: whether this is the inside of a table's cell, all of which is one text.
    """

    def __init__(self, draft: Draft, page: Page, name: str, *, in_cell: bool = False) -> None:
        self._draft, self._page, self._name, self._in_cell = draft, page, name, in_cell
        self._inline = Inline()
        self._lists: list[Numbers] = []
        self._items: list[bool] = []
        self._number = ""
        self._level = 0
        self._verbatim = 0

    def through(self, root: _Element) -> None:
        """Walk one element with all that is in it."""
        open_: deque[tuple[_Element, bool]] = deque([(root, False)])
        while open_:
            element, leaving = open_.pop()
            if leaving:
                self._leave(element)
            elif self._enter(element):
                open_.append((element, True))
                open_.extend((child, False) for child in reversed(element))
                continue
            if element is not root:
                self._text(element.tail)
        self._flush()

    def _enter(self, element: _Element) -> bool:
        """Begin an element; False if there is no need to look into it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in SILENT:
            return False
        if reason := self._page.reason(element):
            self._draft.drop(reason, _all_text(element))
            return False
        if tag == "table" and not self._in_cell and is_data(element) and self._table(element):
            return False
        if tag in _BLOCKS:
            self._flush()
        self._begin(element, tag)
        self._text(element.text)
        return True

    def _begin(self, element: _Element, tag: str) -> None:
        if tag in HEADINGS:
            self._level = HEADINGS[tag]
        elif tag in _LISTS:
            self._lists.append(Numbers(element))
        elif tag == "li":
            self._items.append(True)
            self._number = self._lists[-1].item(element) if self._lists else ""
        elif tag == "pre":
            self._verbatim += 1
        elif tag == "br":
            self._inline.line_break()
        elif tag == "q":
            self._inline.add("“")

    def _leave(self, element: _Element) -> None:
        tag = str(element.tag)
        if tag == "q":
            self._inline.add("”")
        elif tag in _BOLD and self._in_cell and not self._inline.is_blank:
            self._inline.end_label()
        if tag not in _BLOCKS:
            return
        self._flush()
        if tag in HEADINGS:
            self._level = 0
        elif tag in _LISTS:
            self._lists.pop()
        elif tag == "li":
            self._items.pop()
            self._number = ""
        elif tag == "pre":
            self._verbatim -= 1

    def _text(self, text: str | None) -> None:
        if self._verbatim:
            self._inline.add_lines(text)
        else:
            self._inline.add(text)

    def _flush(self) -> None:
        """End the running text: what has been gathered becomes elements."""
        if self._inline.is_blank:
            self._inline.take()
            return
        paragraphs = [self._inline.take_lines()] if self._verbatim else self._inline.take()
        if self._level and not self._in_cell:
            self._draft.heading(self._number + " ".join(paragraphs), self._level)
            # An item that begins with a heading is a card, and what follows in it no item.
            self._items[-1:] = [False] * len(self._items[-1:])
            self._number = ""
            return
        for paragraph in paragraphs:
            kind = self._draft.item if self._items and self._items[-1] else self._draft.paragraph
            kind(self._number + paragraph)
            self._number = ""

    def _table(self, table: _Element) -> bool:
        """Read a table of data; False if all of it stands in one column."""
        grid = grid_of(table, self._name)
        if not grid or len(grid[0]) < 2:
            return False
        self._flush()
        if (caption := table.find("caption")) is not None:
            Walk(self._draft, self._page, self._name).through(caption)
        texts: dict[_Element, str] = {}
        for line in grid:
            texts |= {c.element: "" for c in line if c.element is not None}
        texts = {cell: self._cell(cell) for cell in texts}
        rows = [
            [texts[c.element] if c.element is not None and c.first else "" for c in line]
            for line in grid
        ]
        self._add_table(grid, rows)
        return True

    def _add_table(self, grid: Grid, rows: list[list[str]]) -> None:
        header = header_of(grid)
        if header and len(rows) > 1 and len({c.element for c in grid[0]}) == 1:
            self._draft.paragraph(rows[0][0])  # one title above all columns
            grid, rows = grid[1:], rows[1:]
            header = header_of(grid)
        self._draft.table(rows, header)

    def _cell(self, cell: _Element) -> str:
        inner = Draft(dropped=self._draft.dropped)
        Walk(inner, self._page, self._name, in_cell=True).through(cell)
        return "\n".join(element.text for element in inner.elements)


def _all_text(element: _Element) -> str:
    pieces: list[str] = []
    for part in element.iter():
        if isinstance(part.tag, str) and part.tag not in SILENT:
            pieces.append(part.text or "")
        if part is not element:
            pieces.append(part.tail or "")
    return " ".join(pieces)
