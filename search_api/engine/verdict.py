"""Whether there is good evidence, and if not, what was searched and what came nearest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from search_api.engine.answer import Answer, Verdict
from search_api.engine.reason import Reason, in_english

STRONG = 0.5
"""Confidence from which the evidence counts as good: it answers more likely than not."""

PARTIAL = 0.1
"""Confidence below which there is none: less than one chance in ten."""

NEAREST = 3
"""Titles and topics that an explanation names."""


def judge(confidence: float, lacking: Sequence[str] = ()) -> Verdict:
    """The verdict on an answer.

    Args:
        confidence: that the best excerpt answers.
        lacking: places of the question of which the collection says nothing: what it holds of
            others is at best near the question.
    """
    if confidence < PARTIAL:
        return "none"
    return "partial" if lacking or confidence < STRONG else "strong"


def reasons(
    passages: int, titles: Iterable[str], topics: Iterable[str], lacking: Sequence[str] = ()
) -> tuple[Reason, ...]:
    """What was searched, what is missing and what came nearest.

    Args:
        passages: how many were searched.
        titles: of the documents that came nearest, the nearest first; repetitions are passed over.
        topics: of the same, likewise.
        lacking: places of the question of which the collection says nothing.
    """
    near = tuple(islice(filter(None, dict.fromkeys(titles)), NEAREST))
    about = tuple(islice(dict.fromkeys(topics), NEAREST))
    named = [
        Reason(code="nearest", names=near),
        Reason(code="topics", names=about),
    ]
    missing = [Reason(code="place-missing", names=tuple(lacking))] if lacking else []
    searched = Reason(code="searched", count=passages)
    return (*missing, searched, *(reason for reason in named if reason.names))


def explain(parts: Iterable[Reason]) -> str | None:
    """Say in English why there is no good evidence; None without a reason."""
    return "; ".join(map(in_english, parts)) or None


def headline(answer: Answer) -> str | None:
    """What a reader must know before the excerpts; None where the evidence is good."""
    if answer.explanation is None:
        return None
    if not answer.results:
        return f"Nothing found: {answer.explanation}."
    if answer.verdict == "none":
        return f"No good evidence in this index: {answer.explanation}."
    return f"No exact match, these are the closest: {answer.explanation}."
