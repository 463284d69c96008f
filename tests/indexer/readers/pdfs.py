"""Small PDFs, made on the fly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

WIDTH, HEIGHT = A4
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=12, spaceAfter=6)
DENSE = ParagraphStyle("dense", parent=BODY, spaceAfter=0, firstLineIndent=14)
JUSTIFIED = ParagraphStyle("justified", parent=BODY, alignment=4)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=20, leading=24, spaceAfter=12)
SECTION = ParagraphStyle(
    "section", fontName="Helvetica-Bold", fontSize=14, leading=17, spaceAfter=6
)
LABEL = ParagraphStyle("label", parent=BODY, fontName="Helvetica-Bold")

Drawing = Callable[[Canvas], None]


def drawn(*pages: Drawing, **settings: Any) -> bytes:
    """A PDF of pages that are drawn by hand."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, **settings)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lines(*texts: str, x: float = 72, y: float = 700, size: float = 10) -> Drawing:
    """Lines of text below each other."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        for number, text in enumerate(texts):
            canvas.drawString(x, y - 1.2 * size * number, text)

    return draw


def flowed(
    *story: Flowable, columns: int = 1, every_page: Drawing | None = None, top: float = 72
) -> bytes:
    """A PDF whose text flows through columns and pages as in a word processor."""
    buffer = BytesIO()
    document = BaseDocTemplate(buffer, pagesize=A4)
    width = (WIDTH - 144 - 18 * (columns - 1)) / columns
    frames = [
        Frame(72 + number * (width + 18), 72, width, HEIGHT - 72 - top, 0, 0, 0, 0)
        for number in range(columns)
    ]

    def decorate(canvas: Canvas, _: Any) -> None:
        if every_page:
            every_page(canvas)

    document.addPageTemplates([PageTemplate(frames=frames, onPage=decorate)])
    document.build(list(story))
    return buffer.getvalue()


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    return Paragraph(text, style)


def bullets(*texts: str, kind: str = "bullet") -> ListFlowable:
    found = [Paragraph(text, BODY) for text in texts]
    if kind == "bullet":
        return ListFlowable(found, bulletType=kind, leftIndent=18, start="•")
    return ListFlowable(found, bulletType=kind, leftIndent=18, bulletFormat="%s.")


def table(
    rows: Sequence[Sequence[str]],
    *,
    repeat: int = 0,
    widths: Any = None,
    spans: Sequence[tuple[tuple[int, int], tuple[int, int]]] = (),
) -> Table:
    cells = [[Paragraph(cell, BODY) for cell in row] for row in rows]
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    style.add("VALIGN", (0, 0), (-1, -1), "TOP")
    for first, last in spans:
        style.add("SPAN", first, last)
    return Table(cells, colWidths=widths, repeatRows=repeat, style=style)


@cache
def image() -> Image.Image:
    return Image.new("RGB", (60, 80), "grey")


def scan(canvas: Canvas) -> None:
    canvas.drawInlineImage(image(), 72, 72, WIDTH - 144, HEIGHT - 144)


def empty_pages(count: int) -> bytes:
    """A valid PDF of blank pages, as small as can be."""
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    pages = f"<</Type/Pages/Count {count}/MediaBox[0 0 595 842]/Kids[{kids}]>>"
    return _file("<</Type/Catalog/Pages 2 0 R>>", pages, *["<</Type/Page/Parent 2 0 R>>"] * count)


def tagged(*marked: tuple[str, str]) -> bytes:
    """A page of lines in one size, each marked by the file's own structure ("H2", "P")."""
    numbers = range(len(marked))
    content = "".join(
        f"/{tag} <</MCID {n}>> BDC BT /F 10 Tf 72 {700 - 30 * n} Td ({text}) Tj ET EMC\n"
        for n, (tag, text) in enumerate(marked)
    )
    kids = " ".join(f"{9 + n} 0 R" for n in numbers)
    return _file(
        "<</Type/Catalog/Pages 2 0 R/StructTreeRoot 6 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/StructParents 0"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}endstream ",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/StructTreeRoot/K 7 0 R/ParentTree 8 0 R>>",
        f"<</Type/StructElem/S/Document/P 6 0 R/K[{kids}]>>",
        f"<</Nums[0 [{kids}]]>>",
        *(f"<</Type/StructElem/S/{marked[n][0]}/P 7 0 R/Pg 3 0 R/K {n}>>" for n in numbers),
    )


def unmapped() -> bytes:
    """A page set in a font that does not say which letter each of its glyphs is."""
    content = "BT /F 10 Tf 72 700 Td <0041004200430044> Tj ET\n"
    return _file(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}endstream ",
        "<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Own/FontDescriptor 7 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        "<</Type/FontDescriptor/FontName/Own/Flags 4/FontBBox[0 0 1000 1000]/Ascent 800"
        "/Descent -200>>",
    )


def _file(*objects: str) -> bytes:
    """Objects, the first of them the catalog, with the table that says where each lies."""
    pieces = ["%PDF-1.4\n"]
    places = []
    length = len(pieces[0])
    for number, text in enumerate(objects, 1):
        places.append(length)
        pieces.append(f"{number} 0 obj{text}endobj\n")
        length += len(pieces[-1])
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    pieces.append(f"xref\n0 {size}\n0000000000 65535 f \n{table}")
    pieces.append(f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{length}\n%%EOF")
    return "".join(pieces).encode()
