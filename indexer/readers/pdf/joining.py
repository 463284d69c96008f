"""Joining the lines of a paragraph: words parted at a line end become whole again."""

from __future__ import annotations

import re
from collections.abc import Iterable

SOFT_HYPHEN = "\u00ad"
_COMPOUND = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")
_LAST_PART = re.compile(r"([^\W\d_]+(?:[-\u2010][^\W\d_]+)*)[-\u2010]$")
_FIRST_PART = re.compile(r"[^\W\d_]+")
_SUSPENDED = frozenset(("and", "or", "und", "oder", "et", "ou", "y", "o", "e", "to", "bis"))
_ADDRESS = re.compile(r"(?:://|www\.|@)\S*$")
_UNSPACED = "[\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60]"
_UNSPACED_SEAM = re.compile(f"{_UNSPACED}\n{_UNSPACED}")


def compounds(texts: Iterable[str]) -> frozenset[str]:
    """Words that are written with a hyphen inside a line, in lower case."""
    found = (match.group().casefold() for text in texts for match in _COMPOUND.finditer(text))
    return frozenset(found)


def joined(lines: Iterable[str], known: frozenset[str] = frozenset()) -> str:
    """Join lines by spaces; Chinese and Japanese by nothing.

    A hyphen at a line end goes, unless what follows begins with a capital or a digit, or the
    compound is among those `known`, or another part is suspended ("short- and long-term").
    """
    text = ""
    for line in lines:
        text = _after(text, line, known) if text else line
    return text.replace(SOFT_HYPHEN, "")


def _after(text: str, line: str, known: frozenset[str]) -> str:
    if text.endswith(SOFT_HYPHEN):
        return text + line
    last, first = _LAST_PART.search(text), _FIRST_PART.match(line)
    if last is None:
        seamless = _UNSPACED_SEAM.fullmatch(f"{text[-1]}\n{line[:1]}")
        return f"{text}{line}" if seamless else f"{text} {line}"
    if first is None:
        return f"{text}{line}" if line[:1].isdigit() else f"{text} {line}"
    if first.group().casefold() in _SUSPENDED:
        return f"{text} {line}"
    compound = f"{last.group(1)}-{first.group()}".casefold()
    if first.group()[0].isupper() or compound in known or _ADDRESS.search(text):
        return text + line
    return text[:-1] + line
