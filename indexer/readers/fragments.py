"""The text of HTML that stands inside another format."""

from __future__ import annotations

from html.parser import HTMLParser

_INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "i", "mark", "q", "s", "small"}
    | {"span", "strong", "sub", "sup", "u"}
)
_EMPHASIS = frozenset(("b", "strong"))
_SILENT = frozenset(("script", "style"))


def html_lines(html: str) -> list[list[str]]:
    """Split a fragment into lines of cells.

    A block element is a line of its own; block elements that stand on one source line with tabs
    between them, and the cells of a table row, are cells of one line. White space is collapsed; in
    a cell, a newline parts the emphasised words that it begins with from the others.
    """
    parser = _Fragment()
    parser.feed(html)
    parser.close()
    return parser.lines()


_SEAM = "\x1f"
"""White space between paragraphs on one source line: they are lines, unless tabs make a row."""


_LEAD = "\x1e"
"""Ends the emphasised words that a cell begins with: a line of their own, if others follow."""


def _collapsed(text: str) -> str:
    lead, _, rest = (" ".join(part.split()) for part in text.partition(_LEAD))
    return f"{lead}\n{rest}" if lead and rest else lead or rest


class _Fragment(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[list[str]] = [[""]]
        self._open: list[str] = []
        self._silent = 0
        self._leads = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._write(" ")
        elif tag in ("td", "th"):
            self._cell()
        elif tag in _EMPHASIS:
            self._leads = not self._lines[-1][-1].replace(_SEAM, "").strip()
        elif tag not in _INLINE:
            if tag != "p" or self._open:
                self._line()
            self._write(_SEAM)
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _EMPHASIS and self._leads:
            self._write(_LEAD)
            self._leads = False
        elif tag in self._open:
            while self._open.pop() != tag:
                pass
            if tag == "p":
                self._write(_SEAM)
            else:
                self._line()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._open:
            self._write(data)
            return
        for number, line in enumerate(data.split("\n")):
            if number:
                self._line()
            for place, cell in enumerate(line.split("\t")):
                if place:
                    self._cell()
                self._write(cell)

    def lines(self) -> list[list[str]]:
        lines = []
        for line in self._lines:
            if len(line) > 1:
                lines.append([_collapsed(cell.replace(_SEAM, " ")) for cell in line])
            else:
                pieces = line[0].replace(_LEAD, "").split(_SEAM)
                lines += [[_collapsed(piece)] for piece in pieces]
        return [line for line in lines if any(line)]

    def _write(self, text: str) -> None:
        self._lines[-1][-1] += text

    def _cell(self) -> None:
        if self._lines[-1][-1].strip() or len(self._lines[-1]) > 1:
            self._lines[-1].append("")

    def _line(self) -> None:
        if any(cell.strip() for cell in self._lines[-1]):
            self._lines.append([""])
