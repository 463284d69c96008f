"""How much each token of a question counts, by how rare its word is in the collection."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from math import fsum

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.sides import LexicalSide
from indexer.snapshot.vectors import Scores

PLAIN = 0.5
"""Weight of a stop word or a mark. A word that one passage in three holds weighs 1.1, one that a
passage in a hundred holds 4.6."""

_WORD = re.compile(r"\w+")


def token_weights(
    lexical: LexicalSide, passages: int, question: str, starts: NDArray[np.int32]
) -> Scores:
    """Return the inverse document frequency of the word that each token is of.

    Args:
        lexical: knows the words of the collection.
        passages: how many the collection has.
        question: as it was encoded.
        starts: where each token starts in it, of shape (tokens,).

    Returns:
        An array of shape (tokens,), above 0. A word that no passage holds weighs like the rarest.
    """
    words, unknown = list(_WORD.finditer(question)), _unknown(passages)
    weights = [_weight(lexical, word.group(), unknown) for word in words]
    begins = [word.start() for word in words]

    def weight(start: int) -> float:
        at = bisect_right(begins, start) - 1
        return weights[at] if at >= 0 and start < words[at].end() else PLAIN

    return np.array([weight(start) for start in starts.tolist()], dtype=np.float32)


def most_possible(lexical: LexicalSide, passages: int, question: str) -> float:
    """Return what a passage would score on the lexical side that had every word without end.

    A word that no passage holds counts like the rarest one; a stop word does not count.

    Args:
        lexical: knows the words of the collection.
        passages: how many the collection has.
        question: with even white space.
    """
    unknown = _unknown(passages)
    found = (lexical.analyzer.word_terms(match.group()) for match in _WORD.finditer(question))
    return fsum(min(_known(map(lexical.idf, stems)), default=unknown) for stems in found if stems)


def _unknown(passages: int) -> float:
    return float(np.log(1 + (passages + 0.5) / 0.5))


def _weight(lexical: LexicalSide, word: str, unknown: float) -> float:
    """That of the most frequent of a word's stems."""
    stems = lexical.analyzer.word_terms(word)
    if not stems:
        return PLAIN
    return min(_known(map(lexical.idf, stems)), default=unknown)


def _known(found: Iterable[float]) -> list[float]:
    return [idf for idf in found if idf > 0]
