"""HTML: the main content of a page, and what the page states about itself."""

from __future__ import annotations

from lxml.etree import _Element

from indexer.errors import DocumentError
from indexer.readers.draft import Draft
from indexer.readers.html.content import Page
from indexer.readers.html.parse import parse
from indexer.readers.html.stated import stated
from indexer.readers.html.tree import Walk


def draft_html(data: bytes, name: str) -> Draft:
    """Read one page.

    Args:
        data: the file.
        name: its path, as messages name it.

    Raises:
        DocumentError: it is no HTML, is nested beyond all reason, or yields no text.
    """
    root, warnings = parse(data, name)
    draft = Draft(warnings=warnings)
    body = root.find(".//body")
    if body is not None:
        Walk(draft, Page(body), name).through(body)
    if not draft.elements:
        raise DocumentError(name, f"yields no text: {_why_silent(root)}")
    draft.stated = stated(root, draft)
    return draft


def _why_silent(root: _Element) -> str:
    if root.find(".//frameset") is not None or root.find(".//iframe") is not None:
        return "the page only frames others; save the pages inside its frames"
    if root.find(".//script") is not None:
        return "the page is made by scripts in the browser; save it as complete page or PDF"
    return "there is no content in its body; save the page anew, or leave the file out"
