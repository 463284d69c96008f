"""Whether a question wants to hear what was done, or what was hard."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from indexer.document import Aspect

_HARD = re.compile(
    r"\b(hard|harder|hardest|difficult\w*|challeng\w*|obstacle\w*|barrier\w*|struggl\w*|problems?|"
    r"dif[ií]cil\w*|dificultad\w*|dificuldad\w*|retos?|desaf[ií]os?|obst[aá]culos?|problemas?|"
    r"difficile\w*|difficult[eé]s?|d[eé]fis?|probl[eè]mes?)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(how (did|do|does|have|has|are|were|can)|what (did|do|does|have|has|was done)|"
    r"respon\w+|measures?|actions?|handl\w+|tackl\w+|"
    r"c[oó]mo|qu[eé] hic\w+|medidas?|respuestas?|comment|mesures?|r[eé]ponses?|"
    r"o que fizeram|respostas?)\b",
    re.IGNORECASE,
)

AS_GOOD = 0.9
"""Share of an excerpt's score from which on another is about as good, so that its aspect counts."""

T = TypeVar("T")


def wanted_aspect(question: str) -> Aspect | None:
    """The aspect that a question in English, Spanish, French or Portuguese asks for first."""
    if _HARD.search(question):
        return "challenge"
    return "response" if _DONE.search(question) else None


def wanted_first(
    found: Sequence[T],
    wanted: Aspect | None,
    aspect: Callable[[T], Aspect | None],
    group: Callable[[T], Hashable],
    score: Callable[[T], float],
) -> list[T]:
    """Let the wanted aspect come before its counterpart of the same group, if it is about as good.

    A challenge waits for the last such response, or the other way round. Nothing is lifted: what
    comes first was among the best before.
    """
    if wanted is None:
        return list(found)
    places: dict[Hashable, list[int]] = {}
    for number, one in enumerate(found):
        if aspect(one) == wanted:
            places.setdefault(group(one), []).append(number)

    def place(number: int) -> tuple[int, bool]:
        one = found[number]
        if aspect(one) in (None, wanted):
            return number, False
        least = AS_GOOD * score(one)
        near = [
            at for at in places.get(group(one), ()) if at > number and score(found[at]) >= least
        ]
        return max(near, default=number), True

    return [found[number] for number in sorted(range(len(found)), key=place)]
