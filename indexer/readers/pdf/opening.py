"""Opening a PDF, or saying why it cannot be read."""

from __future__ import annotations

import logging
import re
from io import BytesIO
from itertools import islice
from typing import Any

from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfplumber.pdf import PDF

from indexer.errors import DocumentError, first_line

MAX_PAGES = 2000
"""Pages of the longest file that is read; some eight dense ones are read in a second."""

# The parser reports every oddity of a font or colour; a page that fails is reported by us.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
logging.getLogger("pdfplumber").setLevel(logging.CRITICAL)

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NO_TITLE = re.compile(
    r"microsoft (word|powerpoint|excel)\b|(un)?titled?\d*$|(document|presentation|slide)\s*\d*$"
    r"|powerpoint presentation$|.*\.(docx?|pptx?|xlsx?|indd|pdf|qxd|odt|tex|html?)$",
    re.IGNORECASE,
)


def opened(data: bytes, name: str) -> PDF:
    """Open a PDF without looking at its pages.

    Raises:
        DocumentError: it is none, it asks for a password, or it has too many pages.
    """
    try:
        pdf = PDF(BytesIO(data), stream_is_external=True, raise_unicode_errors=False)
        count = _count(pdf)
        # Each page says its size and place; its content is not looked at yet.
        listed = len(pdf.pages) if count <= MAX_PAGES else count
    except Exception as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (error, *error.args)):
            reason = "is locked with a password; save it without one and read it again"
            raise DocumentError(name, reason) from error
        said = first_line(error) or "it is damaged"
        raise DocumentError(name, f"is no readable PDF: {said}; export it anew") from error
    if count > MAX_PAGES:
        raise DocumentError(name, f"has {count} pages; at most {MAX_PAGES} are read: split it")
    if not listed:
        raise DocumentError(name, "is no readable PDF: it has no pages; export it anew")
    return pdf


def _count(pdf: PDF) -> int:
    """Pages as the file counts them, or as they are found where it counts too few."""
    stated = resolve1(resolve1(pdf.doc.catalog["Pages"]).get("Count"))
    if isinstance(stated, int) and stated > MAX_PAGES:
        return stated
    return sum(1 for _ in islice(PDFPage.create_pages(pdf.doc), MAX_PAGES + 1))


def stated(pdf: PDF, beginning: str) -> dict[str, Any]:
    """Title and language by the file's own marks.

    Args:
        pdf: the open file.
        beginning: text of its first pages. A title is often left over from a template, so it
            counts only if four of five of its words stand there.
    """
    fields: dict[str, Any] = {}
    title = " ".join(str(pdf.metadata.get("Title") or "").split()).strip("\x00\ufeff ")
    words = set(re.findall(r"\w+", title.casefold()))
    there = words & set(re.findall(r"\w+", beginning.casefold()))
    if words and not _NO_TITLE.match(title) and len(there) >= 0.8 * len(words):
        fields["title"] = title
    language = resolve1(pdf.doc.catalog.get("Lang"))
    if isinstance(language, bytes):
        language = language.removeprefix(b"\xfe\xff").replace(b"\0", b"").decode("latin-1")
        if _LANGUAGE.fullmatch(language):
            fields["language"] = language
    return fields
