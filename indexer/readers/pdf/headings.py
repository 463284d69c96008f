"""How deep each heading is: by the file's marks, by its bookmarks, or by its size."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pdfminer.pdfdocument import PDFNoOutlines
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from indexer.readers.pdf.blocks import Block
from indexer.readers.pdf.typography import Typography

DEEPEST = 6
_LONGEST = 200
"""Characters of the longest text that a bookmark makes a heading."""
_MARK = re.compile(r"H[1-6]?$|Title$")


def marked_levels(page: Page) -> dict[int, int]:
    """Heading level of each marked content of a tagged page, by its number."""
    if "StructTreeRoot" not in page.pdf.doc.catalog:
        return {}
    try:
        levels: dict[int, int] = {}
        pending = [(element, 0) for element in page.structure_tree]
        while pending:
            element, level = pending.pop()
            kind = element.get("type", "")
            if _MARK.match(kind):
                level = int(kind[1:]) if kind[1:].isdigit() else 1
            if level:
                levels |= dict.fromkeys(element.get("mcids", ()), level)
            pending += [(child, level) for child in element.get("children", ())]
    except Exception:  # the tree is a help, and broken in many files
        return {}
    return levels


def bookmarks(pdf: PDF) -> dict[str, int]:
    """Level of each entry of the file's outline, by its letters and digits alone."""
    try:
        entries = [(str(title), int(level)) for level, title, *_ in pdf.doc.get_outlines()]
    except PDFNoOutlines:
        return {}
    except Exception:  # an outline that points nowhere is no reason to refuse the text
        return {}
    return {_plain(title): level for title, level in reversed(entries) if _plain(title)}


def set_levels(blocks: Sequence[Block], outline: dict[str, int], style: Typography) -> None:
    """Give every heading its level, from 1; text that a bookmark names becomes a heading."""
    named = _named(blocks, outline)
    headings = [block for block in blocks if block.kind == "heading" and not block.level]
    looks = sorted({_look(block, style) for block in headings}, reverse=True)
    levels = {look: rank for rank, look in enumerate(looks, 1)}
    known = {_look(b, style): named[id(b)] for b in reversed(headings) if id(b) in named}
    # What is larger than any bookmarked heading is the title, above the outline.
    above = sum(look > max(known) for look in looks) if known else 0
    levels |= {look: level + above for look, level in known.items()}
    for block in headings:
        level = named[id(block)] + above if id(block) in named else levels[_look(block, style)]
        block.level = min(level, DEEPEST)


def _named(blocks: Sequence[Block], outline: dict[str, int]) -> dict[int, int]:
    """Level of each block that is an entry of the outline, by its identity."""
    named: dict[int, int] = {}
    for block in blocks:
        if block.kind not in ("heading", "paragraph") or block.level or not outline:
            continue
        text = block.text(frozenset())
        level = outline.get(_plain(text)) if len(text) <= _LONGEST else None
        if level:
            block.kind = "heading"
            named[id(block)] = level
    return named


def _look(block: Block, style: Typography) -> float:
    """Size of a heading; all that are no larger than the body count as one, the lowest."""
    size = block.lines[0].size
    return size if size > style.body else style.body


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
