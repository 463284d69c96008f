"""From text to terms: words folded for case and accents, stop words dropped, stems kept."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

_WORD = re.compile(r"\w+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that decompose into nothing and are yet typed without their stroke or ligature."""

_ACCENTS = re.compile(r"[\u0300-\u034e\u0350-\u036f]+")
_ELSEWHERE = re.compile(r"[^\u0000-\u0482\u2000-\u20cf]")
"""Characters outside of the blocks whose only combining marks are accents; most texts have none."""

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
"""Snowball's algorithm for a language; the words of other languages are kept whole."""

_KNOWN = 200_000
"""Words of a language whose terms are kept."""

_ASKED = 4096
"""Words of questions whose terms are kept: the stages of an answer ask for those of each again."""


class Analyzer:
    """Turns texts of the index's languages into terms.

    All languages share one vocabulary: a question of unknown language is read in each of them.

    Attributes:
        word_terms: gives the terms of one word of a question, as `question_terms` does.
    """

    def __init__(self, stopwords: dict[str, Iterable[str]]) -> None:
        """Take the index's languages, each with its stop words."""
        self._languages = {
            language: _Language(_STEMMERS.get(language), frozenset(map(fold, words)))
            for language, words in stopwords.items()
        }
        self._stems = lru_cache(maxsize=_ASKED)(self._stemmed)
        self.word_terms: Callable[[str], tuple[str, ...]] = lru_cache(maxsize=_ASKED)(
            lambda word: tuple(self.question_terms(word))
        )

    def terms(self, text: str, language: str) -> list[str]:
        """Return the terms of a text in one language, in order, repetitions kept."""
        return list(filter(None, map(self._languages[language].term, words(text))))

    def question_terms(self, question: str) -> list[str]:
        """Return the terms of a question; a word counts once for each different stem of it.

        A stop word of one language is dropped in all of them: where it is none ("the" in a Spanish
        text), it is so rare that it would outweigh every word that matters.
        """
        return [stem for word in words(question) for stem in self._stems(word)]

    def _stemmed(self, word: str) -> tuple[str, ...]:
        """The different stems of a folded word; none of a stop word."""
        stems = [reader.term(word) for reader in self._languages.values()]
        return tuple(dict.fromkeys(stems)) if all(stems) else ()

    def save(self, path: Path) -> None:
        """Write the languages and their stop words."""
        raw = {language: sorted(reader.stop) for language, reader in self._languages.items()}
        path.write_text(json.dumps(raw, ensure_ascii=False, sort_keys=True), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Analyzer:
        """Read what `save` wrote."""
        return cls(json.loads(path.read_text(encoding="utf-8")))


class _Language:
    """What becomes of the words of one language.

    Attributes:
        stop: its stop words.
        term: gives the term of a folded word, "" for a stop word. Known words are looked up.
    """

    def __init__(self, algorithm: str | None, stop: frozenset[str]) -> None:
        self._algorithm, self.stop = algorithm, stop
        self.term: Callable[[str], str] = lru_cache(maxsize=_KNOWN)(self._term)

    def _term(self, word: str) -> str:
        if word in self.stop:
            return ""
        if self._algorithm is None:
            return word
        # A stemmer keeps state while it works, so threads may not share one; making one is cheap.
        return str(Stemmer.Stemmer(self._algorithm, 0).stemWord(word))


def words(text: str) -> list[str]:
    """Return the words of a text, folded."""
    folded = fold(text)
    return (_WORD if folded.isascii() else _any_word()).findall(folded)


def fold(text: str) -> str:
    """Fold case, accents and width, so that "Bogotá" and "BOGOTA" are one."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    plain = _ACCENTS.sub("", decomposed)
    if not _ELSEWHERE.search(plain):
        return plain
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def _any_word() -> re.Pattern[str]:
    """Words of any script: `re` alone takes the vowel signs of Indic scripts for no letters."""
    marks = "".join(char for char in map(chr, range(0x10000)) if unicodedata.category(char) == "Mc")
    return re.compile(rf"[\w{marks}]+")
