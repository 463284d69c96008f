"""Which sentence of a passage to mark, by the question's tokens and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import fsum

from indexer.passage import Passage, Span
from search_api.engine.answer import Segment

Terms = Callable[[str], list[str]]

WORDS = 0.2
"""Weight of shared words beside late interaction."""


def best_sentence(
    passage: Passage, near: Sequence[float], idf: Mapping[str, float], terms: Terms
) -> Span:
    """Return the sentence that is nearest to the question and shares most of its words.

    Args:
        passage: whose sentences to compare; leading headings are passed over.
        near: late interaction's score of each sentence.
        idf: the question's terms, each with its inverse document frequency: rare ones count more.
        terms: the terms of a text in the passage's language.

    Returns:
        A span in the passage's text; the first of equals.
    """
    if not passage.sentences:
        return 0, len(passage.text)
    all_words = fsum(idf.values()) or 1.0

    def score(number: int) -> float:
        start, end = passage.sentences[number]
        held = set(terms(passage.text[start:end]))
        shared = fsum(idf[term] for term in held & idf.keys())  # exact: a set has no order
        return near[number] + WORDS * shared / all_words

    below = [n for n, (start, _) in enumerate(passage.sentences) if start >= passage.body]
    found = below or range(len(passage.sentences))
    return passage.sentences[max(found, key=score) if len(found) > 1 else found[0]]


def segments(text: str, marked: Span) -> list[Segment]:
    """Cut a text into what is before, in and behind the marked span; joined they are the text."""
    start, end = marked
    pieces = ((text[:start], False), (text[start:end], True), (text[end:], False))
    return [Segment(text=piece, mark=mark) for piece, mark in pieces if piece]
