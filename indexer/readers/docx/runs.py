"""Runs: the visible text of a paragraph, notes put where they are referred to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from indexer.readers.docx.package import Xml, child, on, val
from indexer.readers.docx.styles import Styles

DELETED = ("w:del", "w:moveFrom")
_BREAKS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
_NOTES = {"w:footnoteReference": "w:footnote", "w:endnoteReference": "w:endnote"}
_DRAWINGS = ("w:drawing", "w:pict", "w:object")
_CONTENTS = re.compile(r"\s*TOC\b")
_SPACES = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u00ad": None})
_MARK = re.compile(r"[^\w\s]|\(?\w{1,3}[.)]")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PRIVATE = range(0xE000, 0xF900)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one run."""

    text: str
    bold: bool = False


@dataclass
class Line:
    """A paragraph's pieces, its text boxes, and by reason what is left out."""

    pieces: list[Piece] = field(default_factory=list)
    boxes: list[Xml] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The visible text, tidied."""
        return tidy("".join(piece.text for piece in self.pieces))

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        written = [piece for piece in self.pieces if piece.text.strip()]
        return bool(written) and all(piece.bold for piece in written)


@dataclass
class _Field:
    code: str = ""
    shows: bool = False


class Runs:
    """Reads paragraphs in order; a field may begin in one and end in another.

    Attributes:
        languages: characters by the language that their runs are marked as.
    """

    def __init__(self, styles: Styles, notes: Iterable[Xml]) -> None:
        self._styles = styles
        self._notes = {(note.tag, note.get("w:id")): note for part in notes for note in part}
        self._fields: list[_Field] = []
        self._paragraph_style: str | None = None
        self._in_note = False
        self.languages: Counter[str] = Counter()

    def read(self, paragraph: Xml) -> Line:
        """Read one `w:p`."""
        line = Line()
        self._paragraph_style = val(paragraph, "w:pPr/w:pStyle")
        self._walk(paragraph, line)
        return line

    def peek(self, paragraph: Xml) -> Line:
        """Read a paragraph out of order, as if it stood alone."""
        outer = self._fields, self._paragraph_style, self.languages
        self._fields, self.languages = [], Counter()
        line = self.read(paragraph)
        self._fields, self._paragraph_style, self.languages = outer
        return line

    def _walk(self, node: Xml, line: Line) -> None:
        for part in node:
            if part.tag == "w:r":
                self._run(part, line)
            elif part.tag in DELETED:
                _leave_out(line, "tracked deletion", plain_text(part))
            elif part.tag == "w:fldSimple":
                self._fields.append(_Field(part.get("w:instr", ""), shows=True))
                self._walk(part, line)
                self._fields.pop()
            elif part.tag == "w:sdt" and is_placeholder(part):
                _leave_out(line, "placeholder", plain_text(part))
            elif part.tag == "m:t":
                self._emit(part.text or "", part, line)
            elif part.tag == "mc:AlternateContent":
                self._walk(chosen(part), line)
            elif part.tag not in ("w:pPr", "w:sdtPr", "w:rPr"):
                self._walk(part, line)

    def _run(self, run: Xml, line: Line) -> None:
        own_mark = False
        for part in run:
            if part.tag == "w:t" and not own_mark:
                self._emit(part.text or "", run, line)
            elif part.tag == "w:t":
                _leave_out(line, "note mark", part.text or "")
            elif part.tag in _BREAKS:
                self._emit(_BREAKS[part.tag], run, line)
            elif part.tag == "w:sym":
                self._symbol(part, run, line)
            elif part.tag == "w:fldChar":
                self._field(part.get("w:fldCharType"))
            elif part.tag == "w:instrText" and self._fields:
                self._fields[-1].code += part.text or ""
            elif part.tag in _NOTES:
                own_mark = part.get("w:customMarkFollows", "0") in ("1", "true", "on")
                self._note(part, run, line)
            elif part.tag in _DRAWINGS:
                line.boxes += _boxes(part)
            elif part.tag == "mc:AlternateContent":
                line.boxes += _boxes(chosen(part))
            elif part.tag == "w:ruby":
                _leave_out(line, "reading aid", plain_text(part.find("w:rt")))
                self._walk(next(part.iter("w:rubyBase"), Xml("none")), line)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shows = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _emit(self, text: str, run: Xml, line: Line) -> None:
        if any(_CONTENTS.match(field.code) for field in self._fields):
            _leave_out(line, "table of contents", text)
        elif all(field.shows for field in self._fields):
            if self._switch(run, "w:vanish"):
                _leave_out(line, "hidden text", text)
            else:
                line.pieces.append(Piece(text, self._switch(run, "w:b")))
                self._count_language(text, run)

    def _switch(self, run: Xml, path: str) -> bool:
        own = on(run, f"w:rPr/{path}")
        if own is not None:
            return own
        style = val(run, "w:rPr/w:rStyle")
        if style is not None and self._styles.switch(style, path):
            return True
        return self._styles.switch(self._paragraph_style, path)

    def _count_language(self, text: str, run: Xml) -> None:
        key = "w:eastAsia" if _EAST_ASIAN.search(text) else "w:val"
        if on(run, "w:rPr/w:rtl"):
            key = "w:bidi"
        mark = child(run, "w:rPr/w:lang")
        language = mark.get(key) if mark is not None else None
        if language is None:
            language = self._styles.attribute(self._paragraph_style, "w:rPr/w:lang", key)
        self.languages[language or ""] += len(text.strip())

    def _symbol(self, symbol: Xml, run: Xml, line: Line) -> None:
        """A character by its number; a picture font's has no meaning outside its font."""
        code = symbol.get("w:char", "")
        number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{4}", code) else 0
        if number in _PRIVATE:
            _leave_out(line, "symbol", f"{symbol.get('w:font')} {code}")
        elif number >= 32 and not 0xD800 <= number < 0xE000:
            self._emit(chr(number), run, line)

    def _note(self, reference: Xml, run: Xml, line: Line) -> None:
        note = self._notes.get((_NOTES[reference.tag], reference.get("w:id")))
        if note is None or self._in_note:
            return
        self._in_note = True
        lines = [self.peek(paragraph) for paragraph in note.iter("w:p")]
        self._in_note = False
        for inner in lines:
            for reason, text in inner.left_out.items():
                _leave_out(line, reason, text)
        text = " ".join(" ".join(inner.text for inner in lines).split())
        if text:
            self._emit(f" [{text}]", run, line)


def _leave_out(line: Line, reason: str, text: str) -> None:
    line.left_out[reason] = line.left_out.get(reason, "") + text


def chosen(alternatives: Xml) -> Xml:
    """The one of several forms of the same content that is read, so that no text comes twice."""
    choice, fallback = alternatives.find("mc:Choice"), alternatives.find("mc:Fallback")
    if choice is None or (fallback is not None and _boxes(fallback) and not _boxes(choice)):
        return fallback if fallback is not None else Xml("none")
    return choice


def _boxes(node: Xml) -> list[Xml]:
    """The text boxes of a drawing, from each choice of forms one."""
    if node.tag == "w:txbxContent":
        return [node]
    parts: Iterable[Xml] = [chosen(node)] if node.tag == "mc:AlternateContent" else node
    return [box for part in parts for box in _boxes(part)]


def is_placeholder(control: Xml) -> bool:
    """Whether a content control still shows what to type into it."""
    return bool(on(control, "w:sdtPr/w:showingPlcHdr"))


def plain_text(node: Xml | None) -> str:
    """All characters below an element, deleted ones included, one space between paragraphs."""
    return "".join(_characters(node)) if node is not None else ""


def _characters(node: Xml) -> Iterator[str]:
    for part in node.iter():
        if part.tag in ("w:t", "w:delText"):
            yield part.text or ""
        elif part.tag in ("w:p", "w:tab", "w:br"):
            yield " "


def tidy(text: str) -> str:
    """Collapse white space on each line; tabs stay where they part the cells of a row."""
    lines = [_tidy_line(line) for line in text.translate(_SPACES).split("\n")]
    return "\n".join(line for line in lines if line)


def _tidy_line(line: str) -> str:
    cells = [" ".join(cell.split()) for cell in line.strip().split("\t")]
    if _MARK.fullmatch(cells[0]):  # typed by hand before a list item
        cells[:2] = [" ".join(cells[:2])]
    is_row = sum(map(bool, cells)) > 1
    return "\t".join(cells) if is_row else " ".join(" ".join(cells).split())
