"""Write the documents: `python -m tests.documents.make`."""

from __future__ import annotations

import io
import json
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from docx import Document as Word
from openpyxl import Workbook
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, TableStyle
from reportlab.platypus import Table as Grid

from tests.documents.contents import CONTENTS, Content, Table

HERE = Path(__file__).parent


def markdown(content: Content) -> str:
    lines = [f"# {content.title}", ""]
    number = 0
    for piece in content.pieces:
        if isinstance(piece, Table):
            lines += [_row(piece.header), _row(("---",) * len(piece.header))]
            lines += [_row(tuple(_bold(cell, "**") for cell in row)) for row in piece.rows]
            lines.append("")
            continue
        kind, text = piece
        number = number + 1 if kind == "ol" else 0
        mark = {"h2": "## ", "li": "- ", "ol": f"{number}. ", "p": ""}[kind]
        lines += [mark + text] if kind in ("li", "ol") else ["", mark + text, ""]
    return "\n".join(lines) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _bold(cell: str | tuple[str, str], mark: str, closing: str = "") -> str:
    return cell if isinstance(cell, str) else f"{mark}{cell[0]}{closing or mark} {cell[1]}"


def html(content: Content) -> str:
    body = [f"<h1>{escape(content.title)}</h1>"]
    for piece in content.pieces:
        if isinstance(piece, Table):
            body.append("<table><thead>" + _cells(piece.header, "th") + "</thead><tbody>")
            body += [
                _cells(tuple(_bold(cell, "<b>", "</b>") for cell in row), "td")
                for row in piece.rows
            ]
            body.append("</tbody></table>")
            continue
        kind, text = piece
        outer = {"li": "ul", "ol": "ol"}.get(kind)
        inner = "li" if outer else kind
        line = f"<{inner}>{escape(text)}</{inner}>"
        if outer and body[-1] == f"</{outer}>":
            body[-1:] = [line, f"</{outer}>"]
        else:
            body += [f"<{outer}>", line, f"</{outer}>"] if outer else [line]
    menu = "<nav><a href='/'>Home</a> <a href='/news'>News</a></nav>"
    return (
        f"<!DOCTYPE html>\n<html lang='{content.language}'><head><meta charset='utf-8'>"
        f"<title>{escape(content.title)}</title></head>\n<body>{menu}\n<main><article>\n"
        + "\n".join(body)
        + "\n</article></main>\n<footer>All rights reserved</footer></body></html>\n"
    )


def _cells(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def word(content: Content) -> bytes:
    document: Any = Word()
    document.add_heading(content.title, 1)
    for piece in content.pieces:
        if isinstance(piece, Table):
            _word_table(document, piece)
        elif piece[0] == "h2":
            document.add_heading(piece[1], 2)
        else:
            style = {"li": "List Bullet", "ol": "List Number"}.get(piece[0])
            document.add_paragraph(piece[1], style)
    document.core_properties.title = content.title
    return _saved(document)


def _word_table(document: Any, table: Table) -> None:
    grid = document.add_table(rows=1, cols=len(table.header))
    for cell, text in zip(grid.rows[0].cells, table.header, strict=True):
        cell.text = text
    for row in table.rows:
        for place, cell in zip(grid.add_row().cells, row, strict=True):
            if isinstance(cell, str):
                place.text = cell
            else:
                place.paragraphs[0].add_run(cell[0]).bold = True
                place.paragraphs[0].add_run(" " + cell[1])


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13, spaceAfter=8)
_TITLE = ParagraphStyle("title", _BODY, fontName="Helvetica-Bold", fontSize=18, leading=22)
_HEAD = ParagraphStyle("head", _BODY, fontName="Helvetica-Bold", fontSize=13, leading=16)


def pdf(content: Content) -> bytes:
    story: list[Any] = [Paragraph(escape(content.title), _TITLE)]
    number = 0
    for piece in content.pieces:
        number = number + 1 if not isinstance(piece, Table) and piece[0] == "ol" else 0
        story.append(_grid(piece) if isinstance(piece, Table) else _flowable(*piece, number))
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, title=content.title, lang=content.language).build(story)
    return buffer.getvalue()


def _flowable(kind: str, text: str, number: int) -> Any:
    if kind in ("li", "ol"):
        item: Any = ListItem(Paragraph(escape(text), _BODY), value=number or None)
        how = "1" if kind == "ol" else "bullet"
        suffix = "%s." if kind == "ol" else None
        return ListFlowable([item], bulletType=how, start=number or None, bulletFormat=suffix)
    return Paragraph(escape(text), _HEAD if kind == "h2" else _BODY)


def _grid(table: Table) -> Any:
    cells = [[Paragraph(f"<b>{escape(text)}</b>", _BODY) for text in table.header]]
    cells += [[Paragraph(_bold(cell, "<b>", "</b>"), _BODY) for cell in row] for row in table.rows]
    return Grid(cells, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))


def _sheets(sheets: dict[str, list[tuple[Any, ...]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return _saved(book)


MEASURES = [
    ("City", "Country", "Title", "Response", "Challenge", "Date"),
    (
        "Tampere",
        "Finland",
        "Lanterns on the lake path",
        "Solar lanterns were hung along nine kilometres of path.",
        "Snow covers the panels.",
        date(2021, 11, 3),
    ),
    (
        "Kisumu",
        "Kenya",
        "Water kiosks by phone",
        "Kiosks take coins and messages.",
        None,
        date(2020, 8, 20),
    ),
]
WARDS = [
    ("Wards of Recife, counted in June",),
    ("Bairro", "Habitantes", "Texto"),
    ("Várzea", 70453, "A prefeitura abriu três postos de vacinação perto do mercado."),
    ("Pina", 29176, "As pescadoras receberam gelo para guardar o peixe."),
]

SEMICOLON = (
    "Ciudad;País;Título;Descripción;Fecha\n"
    "Cádiz;España;Sombra en los patios;Se plantaron 120 naranjos en patios de colegio, año y medio "
    "después de pedirlo.;2020-02-11\n"
    "Mérida;México;Pozos de lluvia;Los pozos guardan el agua de los tejados.;2019\n"
)


def main() -> None:
    for content in CONTENTS:
        stem = HERE / content.name
        stem.with_suffix(".md").write_text(markdown(content), encoding="utf-8")
        stem.with_suffix(".html").write_text(html(content), encoding="utf-8")
        stem.with_suffix(".docx").write_bytes(word(content))
        stem.with_suffix(".pdf").write_bytes(pdf(content))
    (HERE / "measures.xlsx").write_bytes(_sheets({"Measures": MEASURES}))
    (HERE / "wards.xlsx").write_bytes(_sheets({"Recife": WARDS, "Empty": []}))
    (HERE / "patios.csv").write_bytes(SEMICOLON.encode("cp1252"))
    rows = [[str(cell) if cell else "" for cell in row] for row in MEASURES[1:]]
    records = [dict(zip(MEASURES[0], row, strict=True)) for row in rows]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    (HERE / "measures.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
