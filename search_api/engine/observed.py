"""What a searcher tells of its answers to whoever counts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from search_api.engine.answer import Timings, Verdict


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was answered.

    Attributes:
        question: in the visitor's words.
        verdict: on the answer.
        timings: milliseconds of each stage; of the first time, where the answer was kept.
        kept: whether the answer was at hand from an earlier time.
    """

    question: str
    verdict: Verdict
    timings: Timings
    kept: bool


Observe = Callable[[Asked], None]


def unobserved(asked: Asked) -> None:
    """Tell nobody."""
