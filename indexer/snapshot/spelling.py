"""The term of a collection that is spelt most like one which no passage holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.vocabulary import Vocabulary

LIKE = 0.65
"""Likeness from which two terms may be the same word, as "protest" and "protestan" are."""

_CODES = 1 << 16
"""Pairs of letters that are told apart: all of one alphabet."""

_DIGITS = 10


def most_alike(vocabulary: Vocabulary, term: str) -> tuple[float, str] | None:
    """Return the known term most like another, and how like it is; None if none is like enough.

    Likeness is Dice's coefficient of the pairs of letters of both, the first letter and the end
    counting as letters beside nothing (W. B. Frakes and R. Baeza-Yates 1992, "Information
    Retrieval", chapter 8). Only terms with the same first letter are compared: slips of the pen and
    other languages mostly leave it.

    Args:
        vocabulary: the known terms.
        term: at least one letter.
    """
    text, starts = vocabulary.beginning(term[0])
    if len(starts) < 2:
        return None
    likeness = _likeness(term, text, starts)
    best = int(likeness.argmax())
    if likeness[best] < LIKE:
        return None
    return float(likeness[best]), text[starts[best] : starts[best + 1]].decode()


def _likeness(term: str, text: bytes, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each term of a text to another one that begins alike; one with digits is like none."""
    if not text.isascii():
        firsts = np.frombuffer(text, dtype=np.uint8) & 0xC0 != 0x80  # others continue a letter
        starts = np.append(0, np.cumsum(firsts))[starts]
    letters, lengths = _letters(text.decode()), np.diff(starts)
    held = np.zeros(_CODES, dtype=np.uint8)
    held[_pairs(_letters(term), np.array([len(term)]))] = 1
    shared = np.add.reduceat(held[_pairs(letters, starts[1:])], starts[:-1], dtype=np.int64).clip(
        max=len(term)
    )
    plain = ~np.logical_or.reduceat(letters - ord("0") < _DIGITS, starts[:-1])
    likeness: NDArray[np.float64] = plain * (2 + 2 * shared) / (lengths + len(term) + 2)
    return likeness


def _letters(text: str) -> NDArray[np.uint16]:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint16)


def _pairs(letters: NDArray[np.uint16], ends: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Each letter of terms with the next one, or with the end, as one number."""
    following = np.append(letters[1:], np.uint16(0))
    following[ends - 1] = 0
    return letters * np.uint16(257) + following  # of one alphabet, no two pairs give the same
