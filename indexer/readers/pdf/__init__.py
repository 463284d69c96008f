"""PDF: text in reading order, headings, lists and tables, with the page of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from indexer.errors import DocumentError, first_line
from indexer.readers.draft import Draft
from indexer.readers.pdf.blocks import Block, blocks_of
from indexer.readers.pdf.columns import regions
from indexer.readers.pdf.flow import flow
from indexer.readers.pdf.glyphs import glyphs_of, upright
from indexer.readers.pdf.headings import bookmarks, marked_levels, set_levels
from indexer.readers.pdf.joining import compounds
from indexer.readers.pdf.lines import UNKNOWN, fragments, words_of
from indexer.readers.pdf.opening import MAX_PAGES, opened, stated
from indexer.readers.pdf.running import PageText, take_running
from indexer.readers.pdf.tables import MAX_EDGES, grids_of
from indexer.readers.pdf.typography import typography_of

__all__ = ["MAX_PAGES", "draft_pdf"]

_UNREADABLE = 0.2
"""Share of glyphs without a letter from which a text is not worth reading."""


def draft_pdf(data: bytes, name: str) -> Draft:
    """Read a PDF.

    Args:
        data: the file.
        name: its path, for messages.

    Raises:
        DocumentError: it is no PDF, locked, too long, or holds no text that can be decoded.
    """
    pdf = opened(data, name)
    draft = Draft()
    pages = _pages(pdf, draft)
    _refuse_unreadable(pages, draft, name)
    for reason, text in take_running(pages):
        draft.drop(reason, text)
    _compose(pages, bookmarks(pdf), draft)
    draft.warnings += _undecoded(draft)
    if not draft.elements:
        reason = "yields no text: it holds running headers and page numbers alone; check the file"
        raise DocumentError(name, reason)
    draft.stated = stated(pdf, _beginning(draft))
    return draft


def _pages(pdf: PDF, draft: Draft) -> list[PageText]:
    pages = []
    for page in pdf.pages:
        try:
            pages.append(_page(page, draft))
        except Exception as error:  # a parser of damaged files can fail in any way
            why = first_line(error)
            draft.warnings.append(f"page {page.page_number} cannot be read and is left out: {why}")
        page.close()
    return pages


def _page(page: Page, draft: Draft) -> PageText:
    page = upright(page)
    glyphs = glyphs_of(page)
    words = words_of(glyphs.chars, marked_levels(page))
    grids, words = grids_of(page, words)
    number = page.page_number
    if len(page.edges) > MAX_EDGES:
        draft.warnings.append(f"page {number}: too many drawn lines to look for tables")
    for reason, text in glyphs.dropped:
        draft.drop(reason, text)
    lines = fragments(words, number) if words else []
    return PageText(number, float(page.height), lines, grids, len(page.images), glyphs.unmapped)


def _refuse_unreadable(pages: Sequence[PageText], draft: Draft, name: str) -> None:
    """Refuse scans and fonts without a character map; name the pages that are scans."""
    if not pages:
        raise DocumentError(name, f"is no readable PDF: {draft.warnings[0]}; export it anew")
    characters = sum(page.characters for page in pages)
    if not characters:
        reason = "no text in it (scanned pages?); run OCR over it first, e.g. with ocrmypdf"
        raise DocumentError(name, reason)
    if sum(page.unmapped for page in pages) > _UNREADABLE * characters:
        reason = "text cannot be decoded (fonts without a character map); needs OCR"
        raise DocumentError(name, reason)
    scans = [str(page.number) for page in pages if page.images and not page.characters]
    if scans:
        who = f"pages {', '.join(scans)} hold" if len(scans) > 1 else f"page {scans[0]} holds"
        draft.warnings.append(f"{who} no text, only images: needs OCR")


def _compose(pages: Sequence[PageText], outline: dict[str, int], draft: Draft) -> None:
    columns = [region for page in pages for region in regions([*page.lines, *page.grids])]
    style = typography_of(columns)
    blocks, repeated = flow(blocks_of(column, style) for column in columns)
    for row in repeated:
        draft.drop("repeated table header", row)
    set_levels(blocks, outline, style)
    known = compounds(line.text for page in pages for line in page.lines)
    for block in blocks:
        _add(block, known, draft)


def _add(block: Block, known: frozenset[str], draft: Draft) -> None:
    if block.grid:
        draft.table(block.grid.rows, page=block.page, pages=block.grid.pages)
    elif block.kind == "heading":
        draft.heading(block.text(known), block.level, block.page)
    elif block.kind == "item":
        draft.item(block.text(known), block.page)
    else:
        draft.paragraph(block.text(known), block.page)


def _undecoded(draft: Draft) -> list[str]:
    """Name the pages on which glyphs of the text have no letter."""
    counts: Counter[int] = Counter()
    for element in draft.elements:
        texts = [element.text, *(cell for row in element.rows for cell in row)]
        counts[element.page or 1] += sum(text.count(UNKNOWN) for text in texts)
    shown = f"cannot be decoded, shown as {UNKNOWN}"
    return [
        f"page {page}: {count} character{'s' if count > 1 else ''} {shown}"
        for page, count in sorted(counts.items())
        if count
    ]


def _beginning(draft: Draft) -> str:
    texts = [element.text for element in draft.elements if (element.page or 1) <= 2]
    return " ".join([*texts, *(dropped.text for dropped in draft.dropped[:20])])
