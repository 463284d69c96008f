"""What stands around a name: neighbours, sentence starts, and longer names that it is part of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from wordfreq import available_languages, zipf_frequency

from indexer.gazetteer import vocabulary as words_for
from indexer.gazetteer.matcher import Found
from indexer.names import Words, fold_word

_BREAK = re.compile(r"[.!?:\n\t•|»“”\"…]|^\s*[-–—*]\s")
_BLANK = re.compile(r"[ \u00a0]|[ \t]*\n[ \t]*(?=\S)")
_HYPHEN = re.compile(r"[-‐‑]|\s?–\s?")
_ABBREVIATION = re.compile(r"\.[ \u00a0]")
_DATE = re.compile(r"\d")

_SPELT = frozenset(available_languages("small")) - {"ja", "ko", "zh"}
"""Languages whose words blanks part: the others need a parser of their own."""

_BEGINNERS = words_for.HEADS | words_for.GIVEN
_APART = words_for.FUNCTION | words_for.OFFICES

TITLE = 8
"""Words to each side by which a title is told."""


class Surroundings:
    """A text's words, and questions about what stands beside a name found among them."""

    def __init__(
        self,
        text: str,
        words: Words,
        found: Sequence[Found],
        language: str,
        wide: Collection[str] = (),
    ) -> None:
        """Take a text and what was found in it.

        Args:
            text: the text.
            words: its words.
            found: names among them.
            language: ISO 639-1 code.
            wide: folded names of countries and divisions, which alone may follow a city's name
                without a mark between ("Lima Peru").
        """
        self.text = text
        self.words = words
        self.language = language
        self._wide = wide
        self._before: dict[int, tuple[str, bool]] = {}
        self._runs: dict[int, list[str]] = {}
        self._starts = {name.first: name for name in found}
        self._ends = {name.last: name for name in found}
        self._wide_words = {
            number
            for name in found
            if name.folded in wide
            for number in range(name.first, name.last + 1)
        }

    def folded(self, number: int) -> str:
        """A word by its number, folded, without elided article; empty beyond both ends."""
        if not 0 <= number < len(self.words.texts):
            return ""
        written = self.words.texts[number]
        return fold_word(written) if written.isalpha() else self.words[number].openings()[-1][1]

    def gap(self, number: int) -> str:
        """What stands before a word, back to the word before it."""
        return self.words.gaps[number]

    def opens_sentence(self, number: int) -> bool:
        """Whether a word begins a sentence, a line, a cell or a quotation."""
        if number == 0 or self.gap(number) == " " or _BREAK.search(self.gap(number)) is None:
            return number == 0
        shortened = _ABBREVIATION.fullmatch(self.gap(number))
        return not (shortened and self.folded(number - 1) in words_for.PERSONS)

    def is_titled(self, number: int) -> bool:
        """Whether no long word around lacks a capital, as in a title: capitals tell none there."""
        long = 0
        for near in self._of_sentence(number):
            word = self.words.texts[near]
            if self._is_long(word):
                if not word[0].isupper():
                    return False
                long += 1
        return long > 2

    def _of_sentence(self, number: int) -> Iterator[int]:
        """A word and those beside it, as far as its sentence and a title's length go."""
        yield number
        near = number
        while near > 0 and number - near < TITLE and not self.opens_sentence(near):
            near -= 1
            yield near
        near = number + 1
        while near < len(self.words.texts) and near - number <= TITLE:
            if self.opens_sentence(near):
                break
            yield near
            near += 1

    def _is_long(self, word: str) -> bool:
        return len(word) > 2 and fold_word(word) not in words_for.FUNCTION

    def capitals_tell(self, name: Found) -> bool:
        """Whether the capital of a name sets it apart from a word."""
        if self.language == "de" or self.opens_sentence(name.first):
            return False
        return not self.is_titled(name.first)

    def before(self, name: Found) -> tuple[str, bool]:
        """The nearest word before a name that is no article or "of", and whether one was passed."""
        if name.first not in self._before:
            self._before[name.first] = self._look_before(name)
        return self._before[name.first]

    def _look_before(self, name: Found) -> tuple[str, bool]:
        number = name.first - 1
        linked = name.start > self.words.start(name.first)
        while number >= 0 and _blank(self.gap(number + 1)):
            word = self.folded(number)
            if word not in words_for.LINKS and not (linked and word == "municipal"):
                return word, linked
            linked, number = True, number - 1
        return "", linked

    def has_article(self, name: Found) -> bool:
        """Whether an article takes a Spanish name, which it does with words and not with cities."""
        number = name.first - 1
        is_before = (
            self.language == "es"
            and number >= 0
            and " " not in name.folded
            and _blank(self.gap(name.first))
        )
        return is_before and self.folded(number) in ("la", "el", "los", "las", "un", "una")

    def has_office(self, name: Found) -> bool:
        """Whether an office or "city of" takes the name: "Mayor of", "alcaldesa de", "City of"."""
        word, linked = self.before(name)
        if word in words_for.OFFICES and linked:
            return not (word in words_for.SETTLEMENTS and self._is_one_of_many(name))
        return word in words_for.OFFICES and word not in ("mayor", "mayors", "governor")

    def _is_one_of_many(self, name: Found) -> bool:
        """Whether it is "any other city of X" or "the largest city of X", where X has many."""
        number = name.first - 1
        while number >= 0 and self.folded(number) in words_for.LINKS:
            number -= 1
        before = self.folded(number - 1) if _blank(self.gap(number)) else ""
        is_lower = self.words.texts[number].islower()
        return is_lower and before != "" and before not in words_for.DEFINITE

    def has_body(self, name: Found) -> bool:
        """Whether a body of the city follows: "Council", "Municipality", "Mayor"."""
        run = self.run_behind(name)
        return bool(run) and (run[0] in words_for.BODIES or run[-1] in words_for.BODIES)

    def run_behind(self, name: Found) -> list[str]:
        """Capitalised words that follow a name directly, folded, up to a country or division."""
        if name.last not in self._runs:
            self._runs[name.last] = self._look_behind(name)
        return self._runs[name.last]

    def _look_behind(self, name: Found) -> list[str]:
        run: list[str] = []
        number = name.last + 1
        if name.end < self.words.end(name.last):
            return run
        while number < len(self.words.texts) and _blank(self.gap(number)):
            word = self.words.texts[number]
            if not word[0].isupper() or fold_word(word) in words_for.FUNCTION:
                break
            if not run and self._is_wide(number):
                break
            run.append(fold_word(word))
            number += 1
        return run

    def is_part_of_longer_name(self, name: Found) -> bool:
        """Whether a name only helps to name something else: a paper, a treaty, a person."""
        return self._is_taken(name) or self._goes_on(name) or self._has_begun(name)

    def _is_taken(self, name: Found) -> bool:
        """A head before takes it: "University of X", "Rue de X", "Estado de X"."""
        word, linked = self.before(name)
        linked_or_bare = linked or self.language != "en"
        return (linked_or_bare and word in words_for.HEADS) or (
            not linked and word in words_for.PERSONS
        )

    def _goes_on(self, name: Found) -> bool:
        """Capitalised words or a head follow: "X Times", "X Agreement", "Victoria Cruz"."""
        after = name.last + 1
        possessive = name.end < self.words.end(name.last)
        if after >= len(self.words.texts) or possessive or self._is_wide(after):
            return False
        if _HYPHEN.fullmatch(self.gap(after)):
            return self.words.texts[after][0].isupper() and not self.is_titled(name.first)
        if not _blank(self.gap(after)):
            return False
        if self.folded(after) in words_for.LOWER_HEADS:
            return True
        run = self.run_behind(name)
        if not run or self.has_body(name):
            return False
        if any(word in words_for.HEADS for word in run):
            return True
        if self.language == "de" or self.has_office(name) or self.is_titled(name.first):
            return False
        return not _DATE.match(run[0])

    def _is_wide(self, number: int) -> bool:
        name = self._starts.get(number)
        return name is not None and name.folded in self._wide

    def is_in_wide(self, number: int) -> bool:
        """Whether a word belongs to the name of a country or division found in the text."""
        return number in self._wide_words

    def _has_begun(self, name: Found) -> bool:
        """A capitalised word stands before: "Jack London", "Real Madrid", "New Mexico"."""
        number = name.first - 1
        if number < 0 or name.start > self.words.start(name.first):
            return False
        gap, word, folded = self.gap(name.first), self.words.texts[number], self.folded(number)
        if _HYPHEN.fullmatch(gap) and folded in words_for.LINKS:
            return True  # "Île-de-France"
        if number in self._ends and name.folded in self._wide:
            return False
        if _HYPHEN.fullmatch(gap):
            return word[0].isupper() and not self.is_titled(name.first)
        if not _blank(gap) or not word[0].isupper():
            return False
        if folded in _BEGINNERS:
            return True
        if number in self._ends and folded not in _APART:
            return not self.is_titled(name.first)  # "Santiago Córdoba"
        if folded in _APART or folded in words_for.WIDER:
            return False
        if self.language == "de" or self.is_titled(name.first):
            return False
        return not (self.opens_sentence(number) and is_frequent(folded, self.language))

    def neighbours(self, name: Found) -> list[Found]:
        """Names that an enumeration puts beside a name."""
        beside = []
        for step, edge, ends in ((-1, name.first, self._ends), (1, name.last, self._starts)):
            number = edge + step
            if self.folded(number) in words_for.CHAINS:
                number += step
            elif not self.gap(max(edge, number)).strip().startswith((",", "/")):
                continue
            if number in ends:
                beside.append(ends[number])
        return beside

    def behind(self, name: Found) -> Found | None:
        """A name that a comma, a bracket or a blank alone parts from this one, behind it."""
        number = name.last + 1
        if number in self._starts and re.fullmatch(r"[\s,(–-]+", self.gap(number)):
            return self._starts[number]
        return None

    def ahead(self, name: Found) -> Found | None:
        """A name that a comma, a bracket or a blank alone parts from this one, before it."""
        number = name.first - 1
        if number in self._ends and re.fullmatch(r"[\s,(–-]+", self.gap(name.first)):
            return self._ends[number]
        return None


@lru_cache(maxsize=10_000)
def is_frequent(word: str, language: str) -> bool:
    """Whether a word is so frequent that at a sentence's start it is hardly a name."""
    known = language if language in _SPELT else "en"
    return zipf_frequency(word, known, "small") > 4.3


def _blank(gap: str) -> bool:
    return gap == " " or _BLANK.fullmatch(gap) is not None
