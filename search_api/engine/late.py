"""Late interaction: each token of the question looks for its like among the tokens of a passage.

O. Khattab and M. Zaharia 2020, "ColBERT: Efficient and Effective Passage Search via Contextualized
Late Interaction over BERT", with the states of the model that made the vectors. A passage keeps one
bit of each dimension, a short question two, so that comparing is counting bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.tokens import OUTSIDE, Bits, Numbers, signs
from indexer.snapshot.vectors import Rows, Scores

DEPTH = 50
"""Passages that are compared, the best ones so far."""

WEIGHT = 0.3
"""Weight of this comparison beside the fused score."""

LONG = 16
"""Tokens beyond which a question keeps one bit of each dimension, as passages do: the more tokens,
the less the second bit of each adds, and the more all of them cost."""

_STEPS = {1: 0.798, 2: 0.498}
"""Value of the last bit, in standard deviations, at which so many bits come nearest to a normal
distribution (J. Max 1960, "Quantizing for Minimum Distortion")."""

Asked = Bits
"""The tokens of a question, of shape (bits, tokens, bytes); each bit counts twice the next."""

Apart = NDArray[np.uint16]
"""Of shape (question's tokens, passages' tokens): how many bits differ, counted in last bits."""


def asked(states: NDArray[np.float32]) -> Asked:
    """Reduce token states, of shape (tokens, width), to one or two bits a dimension."""
    count = 2 if len(states) <= LONG else 1
    deviations = np.linalg.norm(states, axis=1, keepdims=True) / np.sqrt(states.shape[1])
    planes, rest = [], states
    for number in range(count):
        planes.append(signs(rest))
        value = np.float32(_STEPS[count] * 2 ** (count - 1 - number)) * deviations
        rest = rest - np.where(rest > 0, value, -value)
    return np.stack(planes)


def apart(question: Asked, bits: Bits) -> Apart:
    """Compare every token of a question with every given one of passages.

    Args:
        question: its tokens.
        bits: of shape (tokens, bytes).
    """
    theirs = np.ascontiguousarray(np.ascontiguousarray(bits).view(np.uint64).T)
    total = np.zeros((question.shape[1], len(bits)), dtype=np.uint16)
    for plane in question.view(np.uint64):
        total *= 2
        for number, words in enumerate(theirs):
            total += np.bitwise_count(plane[:, number, None] ^ words)
    return total


def best_of(question: Asked, distances: Apart, counts: NDArray[np.int64]) -> Scores:
    """Mean, over the question's tokens, of the likeness of the nearest token of each group.

    Args:
        question: its tokens.
        distances: of these from the tokens of all groups.
        counts: tokens of each group; groups follow one another.

    Returns:
        An array of shape (groups,): inner products, about 1 at the most; 0 for a group without
        tokens.
    """
    found = np.zeros(len(counts), dtype=np.float32)
    held = counts > 0
    if len(distances) and held.any():
        starts = np.cumsum(counts) - counts
        nearest = np.minimum.reduceat(distances, starts[held], axis=1).mean(axis=0)
        width, planes = 8 * question.shape[2], len(question)
        found[held] = _STEPS[planes] * (2**planes - 1 - 2 * nearest / width)
    return found


def of_sentences(question: Asked, bits: Bits, numbers: Numbers, sentences: int) -> Scores:
    """How near the question is to each sentence of a passage.

    Args:
        question: its tokens.
        bits: of the passage's tokens.
        numbers: the sentence of each of them, or `OUTSIDE`.
        sentences: how many there are.

    Returns:
        An array of shape (sentences,).
    """
    inside = numbers != OUTSIDE
    counts = np.bincount(numbers[inside], minlength=sentences)
    return best_of(question, apart(question, bits[inside]), counts)


def added(scores: Scores, first: Rows, found: Scores, share: Scores) -> Scores:
    """Add what late interaction found to the scores of passages.

    Args:
        scores: at most 1, of shape (passages,).
        first: places in `scores` of the passages that were compared.
        found: what was found for each of these.
        share: how much of `WEIGHT` that has for each passage, at most 1.

    Returns:
        An array of shape (passages,): a convex combination, at most 1.
    """
    low, high = found.min(initial=np.inf), found.max(initial=-np.inf)
    scaled = np.zeros_like(scores)
    scaled[first] = (found - low) / (high - low) if high > low else 1
    weight = np.float32(WEIGHT) * share
    total: Scores = (scores + weight * scaled) / (1 + weight)
    return total
