"""The characters of a page that a reader sees upright on it, and those left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pdfplumber.page import Page

from indexer.readers.pdf.lines import UNKNOWN

_TINY = 2.5
"""Font size in points below which nobody reads; marks for machines are set in it."""
_LEANING = 0.05
"""Rise of a line, beside its run, from which it is no line of the text: a stamp, a watermark."""
_LEVEL = 0.01
"""Run of a letter, in text units, below which its line goes straight up or down."""
_PICTURES = ("dingbat", "wingding", "webding")
_PICTURE = "•"
"""Stands for a glyph of a font of pictures, whose codes are those of letters."""
_UNMAPPED = re.compile(r"\(cid:\d+\)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2060\ufeff]")
_HALF = re.compile(r"[\ud800-\udfff]")


@dataclass
class Glyphs:
    """What stands on one page.

    Attributes:
        chars: characters to read, as pdfplumber gives them.
        dropped: reason and text of those left out.
        unmapped: how many of them no font translates into letters.
    """

    chars: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    unmapped: int = 0


def glyphs_of(page: Page) -> Glyphs:
    """Sort a page's characters; those painted twice to look bold are taken once."""
    glyphs = Glyphs()
    left_out: dict[str, list[str]] = {}
    seen = set()
    for char in page.chars:
        key = (char["text"], round(char["x0"]), round(char["top"]))
        if key in seen and not char["text"].isspace():
            continue
        seen.add(key)
        if reason := _reason(char, page):
            left_out.setdefault(reason, []).append(char["text"])
            continue
        glyphs.unmapped += _clean(char)
        if char["text"]:
            glyphs.chars.append(char)
    glyphs.dropped = [(reason, "".join(texts)) for reason, texts in left_out.items()]
    return glyphs


def _reason(char: dict[str, Any], page: Page) -> str:
    if _turned(char):
        return "turned text"
    if char["size"] < _TINY:
        return "tiny text"
    x0, top, x1, bottom = page.bbox
    middle = (char["x0"] + char["x1"]) / 2
    if not (x0 <= middle <= x1 and top <= char["bottom"] and char["top"] <= bottom):
        return "outside the page"
    return ""


def _turned(char: dict[str, Any]) -> bool:
    across, upwards = char["matrix"][:2]
    return not char["upright"] or abs(upwards) > _LEANING * abs(across)


def upright(page: Page) -> Page:
    """Turn a page on which most of the text stands sideways, as a wide table may."""
    sideways = [char["matrix"][1] > 0 for char in page.chars if abs(char["matrix"][0]) < _LEVEL]
    if 2 * len(sideways) <= len(page.chars):
        return page
    upwards = 2 * sum(sideways) > len(sideways)
    leaf = page.page_obj
    leaf.rotate = (leaf.rotate + (90 if upwards else 270)) % 360
    leaf.attrs["Rotate"] = leaf.rotate
    return Page(page.pdf, leaf, page.page_number)


def _clean(char: dict[str, Any]) -> bool:
    """Make a character's text printable; True if its font does not say what it is."""
    text = char["text"]
    unmapped = bool(_UNMAPPED.fullmatch(text)) or text == UNKNOWN
    if any(font in char["fontname"].lower() for font in _PICTURES) and not text.isspace():
        char["text"] = _PICTURE
        return False
    if unmapped:
        char["text"] = UNKNOWN
    else:
        char["text"] = _HALF.sub(UNKNOWN, _CONTROL.sub("", text.replace("\xa0", " ")))
    return unmapped
