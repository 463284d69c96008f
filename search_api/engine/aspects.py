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

WITHIN = 10
"""Ranks between which excerpts may change places: those that are about as good."""

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
) -> list[T]:
    """Put the wanted aspect before its counterpart within each group, ten ranks by ten.

    Only responses and challenges change places, and only with those of their own group: every
    other excerpt, and the places that a group holds, stay as they are.
    """
    if wanted is None:
        return list(found)
    places: dict[Hashable, list[int]] = {}
    for number, one in enumerate(found):
        if aspect(one) in ("response", "challenge"):
            places.setdefault((number // WITHIN, group(one)), []).append(number)
    ordered = list(found)
    for held in places.values():
        best = sorted(held, key=lambda number: aspect(found[number]) != wanted)
        for number, source in zip(held, best, strict=True):
            ordered[number] = found[source]
    return ordered
