"""Who acted: the city whose office speaks or that is the subject of an action.

What a place is, has or undergoes is no act of it: "Lima is large", "Lima was flooded".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.gazetteer import vocabulary as words_for
from indexer.gazetteer.matcher import Found
from indexer.gazetteer.surroundings import Surroundings
from indexer.place import Role

LEAD = 14
"""Words that may stand before the comma behind which a sentence's subject begins."""

SHORT_LEAD = 5
"""Words of a lead that no comma parts from the subject: "During the lockdown Lima opened"."""

JOINED = 6
"""Words from which on two places are not named side by side, whatever stands between."""

_FINITE = words_for.AUXILIARIES | words_for.IRREGULAR | words_for.BEING | words_for.HAVING
_CLOSED = words_for.FUNCTION | words_for.LOCATIVES | words_for.CHAINS
_PARTICIPLES = words_for.IRREGULAR | words_for.PARTICIPLES
_LED = words_for.LINKS | words_for.OFFICES
_BODIES = words_for.BODIES | words_for.OFFICES
_TITLES = words_for.OFFICES - {"city", "town"}
_JOINTS = words_for.CHAINS | words_for.LINKS
_ASIDE = re.compile(r"\s*\([^)]{0,60}\)|,[^,.;:\n]{1,60},")
"""What may stand between a subject and its verb."""
_ENGLISH_VERB = re.compile(r"[a-z]+(?:ed|[^s]s)")
_PAST = re.compile(r"[a-z]{2,}ed")
_GERUND = re.compile(r"[a-z]{2,}(?:ing|ndo)")


def role(name: Found, around: Surroundings, places: Sequence[Found]) -> Role:
    """Whether the text tells what a place did.

    Args:
        name: where the place is named.
        around: the text around it.
        places: every accepted mention, in order, so that "Lima and Quito opened" has two subjects.
    """
    if around.has_office(name) and not _is_plain(around, name):
        return "acted"
    if around.has_body(name) or _is_title(name, around):
        return "acted"
    first, last = _enumeration(name, around, places)
    if around.before(first)[0] in words_for.LOCATIVES and first is not name:
        if _are_all_led(first, last, around):
            return "mentioned"
        first = name  # "In Lima, Quito opened": the lead ends with a place
    if not _in_subject(first, around):
        return "mentioned"
    if _has_own_body(name, around):
        return "acted"
    return "acted" if _acts(first, last, around) else "mentioned"


def _is_plain(around: Surroundings, name: Found) -> bool:
    """Whether it is "City of X" or its like, which names the place, and no office of it."""
    word, _ = around.before(name)
    return word in ("metropolis", *words_for.SETTLEMENTS)


def _has_own_body(name: Found, around: Surroundings) -> bool:
    """Whether its administration is what it possesses: "Lima's council", "Lima's new council"."""
    if name.end == around.words.end(name.last):
        return False
    near = (name.last + 1, name.last + 2)
    return any(around.folded(n) in _BODIES and around.gap(n) == " " for n in near)


def _are_all_led(first: Found, last: Found, around: Surroundings) -> bool:
    """Whether a preposition governs a whole enumeration: "In Lima, Quito and Cali, schools"."""
    joins = range(first.last + 1, last.first)
    if any(around.folded(number) in words_for.CHAINS for number in joins):
        return True
    return around.gap(min(last.last + 1, len(around.words.gaps) - 1)).startswith(",")


def _is_title(name: Found, around: Surroundings) -> bool:
    """Whether an office stands in apposition: "Deputy Mayor, X"."""
    gap = around.gap(name.first).strip()
    return gap == "," and around.folded(name.first - 1) in _TITLES


def _enumeration(name: Found, around: Surroundings, places: Sequence[Found]) -> tuple[Found, Found]:
    """The first and last of the places that are named side by side with this one."""
    at = places.index(name)
    low = high = at
    while low > 0 and _are_joined(places[low - 1], places[low], around):
        low -= 1
    while high + 1 < len(places) and _are_joined(places[high], places[high + 1], around):
        high += 1
    return places[low], places[high]


def _are_joined(left: Found, right: Found, around: Surroundings) -> bool:
    if right.first - left.last > JOINED or left.end < around.words.end(left.last):
        return False
    if around.gap(right.first).strip() not in ("", ",", "(", "),"):
        return False
    between = [n for n in range(left.last + 1, right.first) if not around.is_in_wide(n)]
    if len(between) > 2:
        return False
    if any(around.folded(n) not in _JOINTS for n in between):
        return False
    return all(
        around.gap(n).strip() in ("", ",", "(", "),") for n in range(left.last + 1, right.first + 1)
    )


def _in_subject(name: Found, around: Surroundings) -> bool:
    """Whether a sentence, or a clause behind a lead, begins with the name."""
    if name.start > around.words.start(name.first):
        return False
    number = name.first
    while number > 0 and _leads_on(around.folded(number - 1), around.language):
        if around.opens_sentence(number):
            break
        number -= 1
    if around.opens_sentence(number):
        return True
    if around.folded(number - 1) in words_for.CLAUSES or _is_led(number, around):
        return True
    gap = around.gap(number).strip()
    if gap == ";":
        return True
    if gap == "" and around.folded(number - 1) in words_for.CHAINS:
        gap, number = around.gap(number - 1).strip(), number - 1
    return gap in (",", ";") and _is_lead(number, around)


def _leads_on(folded: str, language: str) -> bool:
    """Whether a word belongs to the subject that a name behind it ends."""
    return folded in _LED or (folded == "a" and language == "pt")


def _is_lead(number: int, around: Surroundings) -> bool:
    """Whether a sentence begins so shortly before a word that a lead alone can stand between."""
    return any(around.opens_sentence(n) for n in range(max(0, number - LEAD), number))


def _is_led(number: int, around: Surroundings) -> bool:
    """Whether what a preposition governs at the sentence's start ends right before a word."""
    if around.language == "de":
        return False  # "Seit Mai bleibt Essen": the verb stands before the subject
    before = number - 1
    noun = around.words.texts[before]
    if not noun.islower() or around.gap(number).strip():
        return False
    if around.folded(before) in _CLOSED:
        return False
    starts = (n for n in range(max(0, number - SHORT_LEAD), before) if around.opens_sentence(n))
    return any(around.folded(start) in words_for.LEADS for start in starts)


def _acts(first: Found, last: Found, around: Surroundings) -> bool:
    """Whether an action follows the subject that two names, or one, begin and end."""
    number = _predicate(last, around)
    if number is None:
        return False
    if first is not last and _is_plural_verb(number, around):
        return True
    return _is_verb(number, around) and not _is_state(number, around)


def verb_behind(name: Found, around: Surroundings) -> bool:
    """Whether the word behind a name, an aside skipped, is like a verb."""
    number = _predicate(name, around)
    return number is not None and _is_verb(number, around)


def _predicate(name: Found, around: Surroundings) -> int | None:
    """The number of the word where a verb would stand behind a name; None if none could."""
    number = name.last + 1
    if name.end < around.words.end(name.last):
        return None
    if around.folded(number) in words_for.LOCATIVES and around.is_in_wide(number + 1):
        number += 1  # "Valencia in Spain opened"
        while around.is_in_wide(number):
            number += 1
    elif (aside := _ASIDE.match(around.text, name.end)) is not None:
        while number < len(around.words.texts) and around.words.start(number) < aside.end():
            number += 1
    elif number < len(around.words.texts) and around.gap(number).strip() not in ("", ","):
        return None
    while around.folded(number) in words_for.ADVERBS:
        number += 1
    if number >= len(around.words.texts) or around.gap(number).strip() not in ("", ",", ")"):
        return None
    return number if _is_written_as_verb(number, around) else None


def _is_written_as_verb(number: int, around: Surroundings) -> bool:
    """In lower case, or in capitals where all is."""
    word = around.words.texts[number]
    before = around.words.texts[number - 1]
    return word[0].islower() or (word.isupper() and before.isupper() and len(word) > 3)


def _is_verb(number: int, around: Surroundings) -> bool:
    word = around.words.texts[number].lower()
    folded, behind = around.folded(number), around.folded(number + 1)
    if around.language != "en":
        return folded not in _CLOSED or folded in ("se", "sich", "a")
    if _is_finite(folded):
        return True
    if folded in words_for.FUNCTION or _ENGLISH_VERB.fullmatch(word) is None:
        return False
    # "Lima residents protested": the plural noun is the subject, and not the city.
    return not (word.endswith("s") and (_PAST.fullmatch(behind) or _is_finite(behind)))


def _is_finite(folded: str) -> bool:
    """Whether an English word is surely a finite verb, though not by its form."""
    return folded in _FINITE


def _is_plural_verb(number: int, around: Surroundings) -> bool:
    """Whether an English verb in the present follows two subjects: "Lima and Quito plan"."""
    folded, behind = around.folded(number), around.folded(number + 1)
    if around.language != "en" or around.gap(number).strip() not in ("", ","):
        return False
    if folded in _CLOSED or folded in _FINITE or folded.endswith(("s", "ed", "ing", "ly")):
        return False
    return behind != "" and not (_PAST.fullmatch(behind) or _is_finite(behind))


def _is_state(number: int, around: Surroundings) -> bool:
    """Whether the predicate tells what a place is, has or undergoes."""
    folded, behind = around.folded(number), around.folded(number + 1)
    if behind in words_for.ADVERBS:
        behind = around.folded(number + 2)
    if folded in words_for.BEING:
        return _GERUND.fullmatch(behind) is None
    if folded not in words_for.HAVING:
        return False
    if around.language != "en":
        return True
    acted = _PAST.fullmatch(behind) or behind in _PARTICIPLES
    return not acted
