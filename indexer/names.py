"""Names folded for case, accents, apostrophes and hyphens, with offsets that survive it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple, overload

APOSTROPHES = "'’‘ʼʻ`´′"
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"}
)
"""Letters that decompose into nothing and are yet typed without their stroke or ligature."""

_PLAIN = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
_MARKED = re.compile(r"[\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u302a-\u302f\ua000-\ufeff]")
"""Blocks of Unicode that hold combining marks; words of all other texts are found faster."""

_WITHOUT_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES))
_POSSESSIVE = re.compile(rf"[{APOSTROPHES}][sS]$")
_ELIDED = re.compile(
    rf"^(?:[dljmnst]|qu|un|all|dall|dell|nell|sull)[{APOSTROPHES}](?=\w)", re.IGNORECASE
)


class Token(NamedTuple):
    """A word of a text: `text[start:end]`, apostrophes inside it included."""

    start: int
    end: int
    text: str

    def openings(self) -> list[tuple[int, str]]:
        """Starts that a name may have in it, folded: whole, then behind an elided article."""
        ways = [(self.start, fold_word(self.text))]
        if self.text.isalpha():
            return ways
        if (elided := _ELIDED.match(self.text)) is not None:
            ways.append((self.start + elided.end(), fold_word(self.text[elided.end() :])))
        return ways

    def without_possessive(self) -> Token | None:
        """The word without its 's, None if it has none."""
        if (found := _POSSESSIVE.search(self.text)) is None:
            return None
        return Token(self.start, self.start + found.start(), self.text[: found.start()])


class Words(Sequence[Token]):
    """Words of a text in order; a hyphen or full stop ends one, an apostrophe inside does not.

    Attributes:
        texts: the words as written.
        gaps: what stands before each, and behind the last.
    """

    def __init__(self, text: str) -> None:
        # Splitting by a pattern that is kept gives gap, word, gap ...: far faster than matches.
        parts = _word(not text.isascii() and _MARKED.search(text) is not None).split(text)
        self.texts = parts[1::2]
        self.gaps = parts[0::2]
        self._ends = list(accumulate(map(len, parts)))

    def __len__(self) -> int:
        return len(self.texts)

    def start(self, number: int) -> int:
        """Offset of a word's first character."""
        return self._ends[2 * number]

    def end(self, number: int) -> int:
        """Offset behind a word's last character."""
        return self._ends[2 * number + 1]

    @overload
    def __getitem__(self, number: int) -> Token: ...

    @overload
    def __getitem__(self, number: slice) -> list[Token]: ...

    def __getitem__(self, number: int | slice) -> Token | list[Token]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        return Token(self._ends[2 * number], self._ends[2 * number + 1], self.texts[number])


def fold_name(name: str) -> str:
    """Fold a name into its words, parted by single blanks: "Xi’an" is "xian"."""
    if _PLAIN.fullmatch(name):
        return name.lower()
    return " ".join(fold_word(word) for word in Words(name).texts)


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """Fold one word: no case, no accents, no apostrophes."""
    if word.isascii():
        return word.lower().translate(_WITHOUT_APOSTROPHES)
    bare = word.translate(_WITHOUT_APOSTROPHES)
    decomposed = unicodedata.normalize("NFKD", bare).casefold().translate(_LETTERS)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def _word(marked: bool) -> re.Pattern[str]:
    """Words of any script: marks that stand alone in `re` belong to the letter before them."""
    marks = _marks() if marked else ""
    return re.compile(rf"([^\W_][\w{marks}]*(?:[{APOSTROPHES}][^\W_][\w{marks}]*)*)")


def _marks() -> str:
    planes = map(chr, range(0x10000))
    return "".join(char for char in planes if unicodedata.category(char) in ("Mc", "Mn"))
