"""Words and lines of a page, with the place and look of each."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pdfplumber.utils.text import extract_words

_WORD_GAP = 0.15
"""Space between letters, in font sizes, from which they belong to two words."""
_FRAGMENT_GAP = 0.9
"""Space between words, in font sizes, from which they may stand in two columns."""
_GLUED = 0.08
"""Space, in font sizes, below which a superscript belongs to the word before it."""

_BOLD = ("bold", "black", "heavy", "semibold", "demi", "-bd", "medi", "cmbx", "sfbx")
UNKNOWN = "\ufffd"
"""What stands for a glyph whose font does not say which letter it is."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word; measures are points, from the page's top left corner."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    level: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Words side by side, from left to right.

    Attributes:
        words: the words.
        page: its page, from 1.
        text: the words joined by spaces.
        size: font size of most of its characters, rounded to half a point.
        bold: whether all of it is bold.
        level: depth of the heading that the file's own structure marks it as, or 0.
    """

    words: tuple[Word, ...]
    page: int
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool
    level: int


def line_of(words: Sequence[Word], page: int) -> Line:
    """Put words, from left to right, into one line."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[word.size] += len(word.text)
    size = max(sizes, key=lambda one: (sizes[one], one))
    main = [word for word in words if word.size == size]
    letters = [word for word in words if any(map(str.isalnum, word.text))]
    return Line(
        tuple(words),
        page,
        spaced(words),
        min(word.x0 for word in words),
        max(word.x1 for word in words),
        min(word.top for word in main),
        max(word.bottom for word in main),
        size,
        bool(letters) and all(word.bold for word in letters),
        min(word.level for word in words),
    )


def spaced(words: Iterable[Word]) -> str:
    """Join words by spaces; a superscript stays with the word that it stands at."""
    pieces: list[str] = []
    last: Word | None = None
    for word in words:
        glued = last and last.size != word.size and word.x0 - last.x1 < _GLUED * word.size
        pieces.append(word.text if glued or not last else f" {word.text}")
        last = word
    return "".join(pieces)


def words_of(chars: list[dict[str, Any]], levels: dict[int, int]) -> list[Word]:
    """Find the words among a page's characters.

    Args:
        chars: characters as pdfplumber gives them.
        levels: heading level of each marked content, by its number.
    """
    found = extract_words(
        chars, x_tolerance_ratio=_WORD_GAP, y_tolerance=2, return_chars=True, expand_ligatures=True
    )
    return [_word(entry, levels) for entry in found]


def _word(entry: dict[str, Any], levels: dict[int, int]) -> Word:
    chars = entry["chars"]
    middle = chars[len(chars) // 2]
    font = str(middle["fontname"]).lower()
    return Word(
        unicodedata.normalize("NFC", entry["text"]),
        entry["x0"],
        entry["x1"],
        entry["top"],
        entry["bottom"],
        round(middle["size"] * 2) / 2,
        any(mark in font for mark in _BOLD),
        levels.get(middle["mcid"], 0) if levels else 0,
    )


def rows_of(words: Sequence[Word]) -> list[list[Word]]:
    """Sort words into rows by their heights, each from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.top + one.bottom, one.x0)):
        if rows and _beside(rows[-1][0], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda one: one.x0) for row in rows]


def _beside(one: Word, other: Word) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.bottom - one.top, other.bottom - other.top)


def fragments(words: Sequence[Word], page: int) -> list[Line]:
    """Put words into lines, parted where a gutter between columns may be."""
    found = []
    for row in rows_of(words):
        piece = [row[0]]
        for word in row[1:]:
            if word.x0 - piece[-1].x1 > _FRAGMENT_GAP * max(word.size, piece[-1].size):
                found.append(line_of(piece, page))
                piece = []
            piece.append(word)
        found.append(line_of(piece, page))
    return found


def merged(fragments_of_row: Sequence[Line]) -> Line:
    """Put fragments that turned out to stand in one column into one line."""
    words = [word for one in fragments_of_row for word in one.words]
    return line_of(sorted(words, key=lambda one: one.x0), fragments_of_row[0].page)
