"""Text in CSV that no spreadsheet runs as a formula (CWE-1236)."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

MARK = "\ufeff"
"""At the head of a file, tells spreadsheets that it is UTF-8; without it some garble accents."""


def inert(text: str) -> str:
    """Return a text, with an apostrophe before it where a spreadsheet would begin a formula."""
    runs = text.startswith(_FORMULA) or text.lstrip()[:1] in _FORMULA
    return f"'{text}" if runs else text
