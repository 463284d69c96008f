"""Every longest name in a text, in one pass over its words.

A table of first words takes the place of an automaton over characters: it keeps to word boundaries
by itself, folds only words with a capital (or of a script without), and needs no compiling.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

from indexer.names import Words, fold_word

_GAP = re.compile(r"\.? |[ \t]?[-‐‑–][ \t]?|\.?[ \t\u00a0]+|\.?[ \t]*\n[ \t]*")
"""What may stand between two words of one name, a wrapped line included."""

_ARTICLES = frozenset(["la", "el", "los", "las", "le", "les", "il", "lo"])
"""What begins a name only if the next word has a capital: "La Paz", not "La paz"."""

_ADDRESS = re.compile(r"[@_\\]|\.\w")


class Found(NamedTuple):
    """A name in a text: words `first` to `last`, both included, characters `[start, end)`."""

    first: int
    last: int
    start: int
    end: int
    folded: str


class Names(Protocol):
    """Folded names, of which a text may hold some."""

    def longest(self, word: str) -> int:
        """Words of the longest name that begins with a word, or more; 0 if none does."""
        ...

    def continues(self, opening: str) -> bool:
        """Whether a name may begin with these words."""
        ...

    def holds(self, name: str) -> bool:
        """Whether it is one of them."""
        ...


class Matcher:
    """Finds names in texts."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def find(self, text: str, words: Words) -> list[Found]:
        """Names in order, none overlapping another, each as long as can be.

        Words all in lower case begin no name.
        """
        found: list[Found] = []
        next_word = 0
        capitals = [(n, word) for n, word in enumerate(words.texts) if not word.islower()]
        for number, word in capitals:
            if number < next_word or not word[0].isalpha():
                continue
            opening = fold_word(word) if word.isalpha() else ""
            if opening and not self._names.longest(opening):
                continue
            match = self._at(words, number, opening)
            if match is not None and not _in_address(text, match):
                found.append(match)
                next_word = match.last + 1
        return found

    def _at(self, words: Words, first: int, opening: str) -> Found | None:
        if not opening:
            return self._at_marked(words, first)
        return self._reach(words, first, words.start(first), words.end(first), opening)

    def _reach(self, words: Words, first: int, start: int, end: int, opening: str) -> Found | None:
        """The longest name that begins with a word, or with a part of it."""
        longest = self._names.longest(opening)
        if longest > 1 and (found := self._longer(words, first, start, opening, longest)):
            return found
        if self._names.holds(opening) and _fits(words.texts[first], opening):
            return Found(first, first, start, end, opening)
        return None

    def _at_marked(self, words: Words, first: int) -> Found | None:
        """A name that begins with a word that holds an apostrophe: whole, or a part of it."""
        word = words[first]
        for start, opening in word.openings():
            if (found := self._reach(words, first, start, word.end, opening)) is not None:
                return found
        bare = word.without_possessive()
        for start, opening in bare.openings() if bare is not None else ():
            if bare is not None and self._names.holds(opening) and _fits(bare.text, opening):
                return Found(first, first, start, bare.end, opening)
        return None

    def _longer(
        self, words: Words, first: int, start: int, opening: str, longest: int
    ) -> Found | None:
        best, name = None, opening
        second = words.texts[first + 1] if first + 1 < len(words) else ""
        if second.isalpha() and not self._names.continues(f"{opening} {fold_word(second)}"):
            return None
        if second.islower() and opening in _ARTICLES:
            return None
        for last in range(first + 1, min(first + longest, len(words))):
            gap = words.gaps[last]
            if gap != " " and not _GAP.fullmatch(gap):
                break
            written = words[last]
            bare = None if written.text.isalpha() else written.without_possessive()
            for word in (written, bare):
                if word is not None and self._names.holds(f"{name} {fold_word(word.text)}"):
                    best = Found(first, last, start, word.end, f"{name} {fold_word(word.text)}")
                    break
            name = f"{name} {fold_word(written.text)}"
        return best


def _fits(text: str, folded: str) -> bool:
    """Whether a name of two letters ("UK", "Of") is written in capitals."""
    return len(folded) > 2 or text.isupper()


def _in_address(text: str, word: Found) -> bool:
    """Whether a name is part of a web address, a file name or a handle."""
    before, after = text[word.start - 1 : word.start], text[word.end : word.end + 2]
    return before in ("@", "_", "\\") or bool(_ADDRESS.match(after))
