"""Whether there is good evidence, and if not, what was searched and what came nearest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from search_api.engine.answer import Answer, Verdict

STRONG = 0.5
"""Confidence from which the evidence counts as good: it answers more likely than not."""

PARTIAL = 0.15
"""Confidence below which there is none: less than one chance in seven."""

NEAREST = 3
"""Titles and topics that an explanation names."""


def judge(confidence: float, lacking: Sequence[str] = ()) -> Verdict:
    """The verdict on an answer.

    Args:
        confidence: that the first excerpt answers.
        lacking: places of the question of which the collection says nothing: what it holds of
            others is at best near the question.
    """
    if confidence < PARTIAL:
        return "none"
    return "partial" if lacking or confidence < STRONG else "strong"


def explain(
    passages: int, titles: Iterable[str], topics: Iterable[str], lacking: Sequence[str] = ()
) -> str:
    """Say what was searched, what is missing and what came nearest.

    Args:
        passages: how many were searched.
        titles: of the documents that came nearest, the nearest first; repetitions are passed over.
        topics: of the same, likewise.
        lacking: places of the question of which the collection says nothing.
    """
    missing = [f"no passage speaks of {' or '.join(lacking)}"] if lacking else []
    searched = f"{passages:,} passage{'' if passages == 1 else 's'} searched"
    near = [f"“{title}”" for title in islice(filter(None, dict.fromkeys(titles)), NEAREST)]
    found = [f"nearest: {', '.join(near)}"] if near else []
    about = list(islice(dict.fromkeys(topics), NEAREST))
    nearby = [f"topics nearby: {', '.join(about)}"] if about else []
    return "; ".join([*missing, searched, *found, *nearby])


def headline(answer: Answer) -> str | None:
    """What a reader must know before the excerpts; None where the evidence is good."""
    if answer.explanation is None:
        return None
    if not answer.results:
        return f"Nothing found: {answer.explanation}."
    if answer.verdict == "none":
        return f"No good evidence in this index: {answer.explanation}."
    return f"No exact match, these are the closest: {answer.explanation}."
