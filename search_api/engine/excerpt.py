"""Which sentence of a passage to mark, by the question's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import fsum

from indexer.passage import Passage, Span
from search_api.engine.answer import Segment

Terms = Callable[[str], list[str]]


def best_sentence(passage: Passage, idf: Mapping[str, float], terms: Terms) -> Span:
    """Return the sentence that shares most of the question's words, rare ones counting more.

    Args:
        passage: whose sentences to compare; leading headings are passed over.
        idf: the question's terms, each with its inverse document frequency.
        terms: the terms of a text in the passage's language.

    Returns:
        A span in the passage's text; the first of equals, so also the first if none shares a word.
    """
    below = [span for span in passage.sentences if span[0] >= passage.body]
    sentences = below or passage.sentences or ((0, len(passage.text)),)

    def shared(span: Span) -> float:
        held = set(terms(passage.text[slice(*span)]))
        return fsum(idf.get(term, 0.0) for term in held)  # exact: a set has no order of its own

    return max(sentences, key=shared)


def segments(text: str, marked: Span) -> list[Segment]:
    """Cut a text into what is before, in and behind the marked span; joined they are the text."""
    start, end = marked
    pieces = ((text[:start], False), (text[start:end], True), (text[end:], False))
    return [Segment(text=piece, mark=mark) for piece, mark in pieces if piece]
