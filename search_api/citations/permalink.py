"""Permalinks: `{base}/documents/{document}#p-{passage}`, the page of a document at a passage."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

ANCHOR = "#p-"
"""Before the id of a passage, in the page of its document."""

_PATH = "/documents/"
_PERMALINK = re.compile(rf"{_PATH}(?P<document>[^?#]+)(?:\?[^#]*)?(?:{ANCHOR}(?P<passage>.+))?$")


def permalink(base: str | None, document: str, passage: str | None = None) -> str | None:
    """Return the address of a document's page, at a passage; None if no base is known.

    Args:
        base: address of the server, without a slash at its end.
        document: the document's id; its slashes stay, everything else is percent-encoded.
        passage: the passage's id.
    """
    if base is None:
        return None
    anchor = f"{ANCHOR}{quote(passage, safe='')}" if passage else ""
    return f"{base}{_PATH}{quote(document)}{anchor}"


def parse_permalink(address: str) -> tuple[str | None, str | None]:
    """Return the ids of document and passage that a permalink names, None for what it does not."""
    found = _PERMALINK.search(address)
    if not found:
        return None, None
    passage = found["passage"]
    return unquote(found["document"]), unquote(passage) if passage else None
