"""The body of a Word document, block by block, into a draft."""

from __future__ import annotations

from dataclasses import replace

from indexer.errors import DocumentError
from indexer.readers.docx.numbering import Numbering
from indexer.readers.docx.package import Package, Xml, child, val
from indexer.readers.docx.runs import DELETED, Line, Runs, chosen, is_placeholder, plain_text
from indexer.readers.docx.stated import stated
from indexer.readers.docx.styles import ListPlace, Styles
from indexer.readers.docx.tables import (
    filled,
    grid,
    is_deleted,
    is_layout,
    labelled,
    marks_header,
    parts,
)
from indexer.readers.draft import Draft

_INSIDE = ("w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "w:smartTag")
_RUNNING = {"header": "running header", "footer": "running footer"}


def draft_docx(data: bytes, name: str) -> Draft:
    """Read a Word document.

    Args:
        data: the file.
        name: its path, for messages.

    Raises:
        DocumentError: it is no Word document, is locked or damaged, or holds no text.
    """
    package = Package(data, name)
    body = _Body(package)
    try:
        body.blocks(next(package.document.iter("w:body"), Xml("none")))
        draft = body.finish()
    except RecursionError as error:
        reason = "nested too deeply; open it in Word and save it again"
        raise DocumentError(name, reason) from error
    if not draft.elements:
        reason = "yields no text: it holds pictures alone, or nothing; add the text as text"
        raise DocumentError(name, reason)
    return draft


class _Body:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._styles = Styles(next(iter(package.related("styles")), None))
        definitions = next(iter(package.related("numbering")), None)
        self._numbering = Numbering(definitions, self._styles)
        notes = [*package.related("footnotes"), *package.related("endnotes")]
        self._runs = Runs(self._styles, notes)
        self._draft = Draft()
        self._carried: list[Line] = []

    def finish(self) -> Draft:
        """The draft, with what stands outside the body noted."""
        self._end_carried()
        draft = self._draft
        if any(element.kind == "heading" and not element.level for element in draft.elements):
            draft.elements = [
                replace(e, level=e.level + 1) if e.kind == "heading" else e for e in draft.elements
            ]
        for kind, reason in _RUNNING.items():
            texts = [self._plain(part) for part in self._package.related(kind)]
            for text in dict.fromkeys(texts):
                draft.drop(reason, text)
        for part in self._package.related("comments"):
            for comment in part:
                draft.drop("comment", plain_text(comment))
        draft.stated.update(stated(self._package.core, self._runs.languages))
        return draft

    def blocks(self, node: Xml) -> None:
        """Read all paragraphs and tables below an element, in order."""
        for part in node:
            if part.tag == "w:p":
                self._paragraph(part)
            elif part.tag == "w:tbl":
                self._table(part)
            elif part.tag == "w:sdt":
                self._control(part)
            elif part.tag in DELETED:
                self._draft.drop("tracked deletion", plain_text(part))
            elif part.tag == "mc:AlternateContent":
                self.blocks(chosen(part))
            elif part.tag == "w:altChunk":
                self._draft.warnings.append("holds a file of another format, which is not read")
            elif part.tag in _INSIDE:
                self.blocks(part)

    def _control(self, control: Xml) -> None:
        gallery = val(control, "w:sdtPr/w:docPartObj/w:docPartGallery")
        if gallery == "Table of Contents":
            self._draft.drop("table of contents", plain_text(control))
        elif is_placeholder(control):
            self._draft.drop("placeholder", plain_text(control))
        else:
            for content in control.findall("w:sdtContent"):
                self.blocks(content)

    def _line(self, paragraph: Xml) -> Line:
        line = self._runs.read(paragraph)
        for reason, text in line.left_out.items():
            self._draft.drop(reason, text)
        return line

    def _paragraph(self, paragraph: Xml) -> None:
        line = self._line(paragraph)
        if child(paragraph, "w:pPr/w:rPr/w:del") is not None:
            self._carried.append(line)  # without its end it runs on into the next paragraph
            return
        carried, self._carried = self._carried, []
        line.pieces = [piece for part in [*carried, line] for piece in part.pieces]
        self._add(paragraph, line.text)
        for part in [*carried, line]:
            for box in part.boxes:
                self.blocks(box)

    def _end_carried(self) -> None:
        carried, self._carried = self._carried, []
        joined = Line([piece for line in carried for piece in line.pieces])
        if joined.text:
            self._draft.paragraph(joined.text)

    def _add(self, paragraph: Xml, text: str) -> None:
        style = val(paragraph, "w:pPr/w:pStyle")
        label = self._label(paragraph, style)
        numbered = f"{label} {text}" if label and text else text
        level = self._level(paragraph, style)
        if self._styles.is_contents(style):
            self._draft.drop("table of contents", numbered)
        elif not text:
            return
        elif self._styles.is_title(style):
            self._draft.heading(numbered, 0)
        elif level:
            self._draft.heading(numbered, level)
        elif label is not None or self._styles.is_list(style):
            self._draft.item(numbered)
        else:
            self._draft.paragraph(text)

    def _level(self, paragraph: Xml, style: str | None) -> int:
        own = val(paragraph, "w:pPr/w:outlineLvl") or ""
        if own in tuple("012345678"):
            return int(own) + 1
        return 0 if own == "9" else self._styles.level(style)

    def _label(self, paragraph: Xml, style: str | None) -> str | None:
        """What stands before a list item, "" for a bullet; None if the paragraph is none."""
        place = self._styles.list_place(style)
        given = val(paragraph, "w:pPr/w:numPr/w:numId")
        depth = val(paragraph, "w:pPr/w:numPr/w:ilvl") or ""
        level = int(depth) if depth in tuple("012345678") else None
        if given is not None:
            place = ListPlace(given, level)
        elif place is not None and level is not None:
            place = ListPlace(place.id, level)
        return self._numbering.label(place, style) if place else None

    def _table(self, table: Xml) -> None:
        self._end_carried()
        for row in parts(table, "w:tr"):
            if is_deleted(row):
                self._draft.drop("tracked deletion", plain_text(row))
        cells = grid(table)
        if not any(cells):
            return
        if is_layout(cells, self._styles):
            for cell in (cell for row in cells for cell in row):
                self.blocks(cell.element)
            return
        bold = [self._is_bold(row) for row in ([c.paragraphs for c in r] for r in cells[:2])]
        rows = filled(cells, self._cell)
        if len(cells[0]) == 1 and len(rows) > 2:
            self._draft.paragraph(rows.pop(0)[0])  # a title over the whole width
            self._draft.table(rows)
            return
        header = marks_header(table, self._styles) or bold == [True, False]
        self._draft.table(rows, header=header or None)

    def _is_bold(self, row: list[list[Xml]]) -> bool:
        lines = [self._runs.peek(paragraph) for cell in row for paragraph in cell]
        return bool(lines) and all(line.bold for line in lines)

    def _cell(self, cell: Xml) -> str:
        lines: list[str] = []
        for part in parts(cell, "w:p", "w:tbl"):
            if part.tag == "w:tbl":
                inner = filled(grid(part), self._cell) if any(grid(part)) else []
                lines += [" ".join(" ".join(row).split()) for row in inner]
                continue
            line = self._line(part)
            label = self._label(part, val(part, "w:pPr/w:pStyle"))
            text = labelled(line) if not any(lines) else line.text
            lines.append(f"{label} {text}" if label and text else text)
            lines += [self._cell(box) for box in line.boxes]
        return "\n".join(line.replace("\t", " ") for line in lines if line)

    def _plain(self, part: Xml) -> str:
        lines = [self._runs.peek(paragraph).text for paragraph in part.iter("w:p")]
        return " ".join(" ".join(lines).split())
