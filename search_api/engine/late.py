"""Late interaction: each token of the question looks for its like among the tokens of a passage.

O. Khattab and M. Zaharia 2020, "ColBERT: Efficient and Effective Passage Search via Contextualized
Late Interaction over BERT", with the states of the model that made the vectors. A passage keeps one
bit of each dimension, a short question two, so that comparing is counting bits. Tokens of rare
words count more, and a passage counts as a whole and by its best sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.labels import Mask
from indexer.snapshot.tokens import Bits, Counts, Numbers, differing, signs
from indexer.snapshot.vectors import Rows, Scores

DEPTH = 50
"""Passages that are compared, the best ones so far."""

WEIGHT = 0.5
"""Weight of this comparison beside the fused score."""

LONG = 16
"""Tokens beyond which a question keeps one bit of each dimension, as passages do: the more tokens,
the less the second bit of each adds, and the more all of them cost."""

STRICT = 5.0
"""How much more those tokens count that a sentence hardly has; 0 would be all alike."""

_STEPS = {1: 0.798, 2: 0.498}
"""Value of the last bit, in standard deviations, at which so many bits come nearest to a normal
distribution (J. Max 1960, "Quantizing for Minimum Distortion")."""

Apart = Counts
"""Of shape (question's tokens, passages' tokens): how many bits differ, counted in last bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The tokens of a question.

    Attributes:
        bits: of shape (bits, tokens, bytes); each bit counts twice the next.
        weights: how much each token counts, of shape (tokens,); together 1.
    """

    bits: Bits
    weights: Scores


def asked(states: NDArray[np.float32], weights: Scores | None = None) -> Asked:
    """Reduce token states to one or two bits a dimension.

    Args:
        states: of shape (tokens, width).
        weights: how much each token counts, of shape (tokens,), above 0; all alike if None.
    """
    if weights is None:
        weights = _even(len(states))
    planes = [signs(states)]
    if len(states) <= LONG:
        deviations = np.linalg.norm(states, axis=1, keepdims=True) / np.sqrt(states.shape[1])
        great = np.float32(2 * _STEPS[2]) * deviations
        planes.append(signs((np.abs(states) - great) * states))
    return Asked(np.stack(planes), weights / (weights.sum() or 1))


def _even(count: int) -> Scores:
    return np.full(count, 1 / max(count, 1), dtype=np.float32)


def apart(question: Asked, bits: Bits) -> Apart:
    """Compare every token of a question with every given one of passages.

    Args:
        question: its tokens.
        bits: of shape (tokens, bytes).
    """
    planes, tokens, width = question.bits.shape
    counted = differing(question.bits.reshape(planes * tokens, width), bits)
    total, *rest = counted.reshape(planes, tokens, len(bits))
    for plane in rest:
        total *= 2
        total += plane
    return total


@dataclass(frozen=True, eq=False)
class Near:
    """Where passages come nearest to a question's tokens, sentence by sentence.

    Attributes:
        apart: in how many bits the nearest token of each sentence differs, of shape (question's
            tokens, sentences of all passages).
        numbers: of these sentences in their passages; `OUTSIDE` for what stands between them.
        counts: how many of them each passage has, of shape (passages,).
    """

    apart: Apart
    numbers: Numbers
    counts: NDArray[np.int64]

    @cached_property
    def held(self) -> Mask:
        """Which passages have any sentence, of shape (passages,)."""
        return np.asarray(self.counts > 0)

    @cached_property
    def firsts(self) -> Rows:
        """Where the sentences of each passage begin that has any."""
        starts: Rows = (np.cumsum(self.counts) - self.counts)[self.held]
        return starts


def near(question: Asked, bits: Bits, counts: NDArray[np.int64], numbers: Numbers) -> Near:
    """Compare a question's tokens with those of passages.

    Args:
        question: its tokens.
        bits: of the tokens of all passages.
        counts: tokens of each passage; passages follow one another.
        numbers: the sentence of each token, or `OUTSIDE`.
    """
    if not len(bits):
        none = np.zeros((len(question.weights), 0), dtype=np.int32)
        return Near(none, np.zeros(0, dtype=np.int32), np.zeros(len(counts), dtype=np.int64))
    ends = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=ends[1:])
    begins = np.ones(len(numbers) + 1, dtype=np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=begins[1:-1])
    begins[ends] = True  # a passage's first sentence may be numbered as the last one before it
    starts = np.flatnonzero(begins[:-1])
    nearest = np.minimum.reduceat(apart(question, bits), starts, axis=1)
    bounds = np.searchsorted(starts, ends)
    return Near(nearest, numbers[starts], bounds[1:] - bounds[:-1])


def of_passages(question: Asked, found: Near, best: Scores) -> Scores:
    """How near the question is to each passage: as a whole, and to the nearest of its sentences.

    A passage of many sentences finds a like for every token somewhere; one sentence that finds them
    all tells more.

    Args:
        question: its tokens.
        found: where the passages come nearest to them.
        best: what `of_best_sentences` gives for these.

    Returns:
        An array of shape (passages,): the sum of both; 0 for a passage without tokens.
    """
    whole = np.zeros(len(found.counts), dtype=np.float32)
    if len(found.firsts) and len(question.weights):
        # A passage's nearest token is the nearest of its sentences'.
        nearest = np.minimum.reduceat(found.apart, found.firsts, axis=1)
        whole[found.held] = _likeness(question, nearest)
    total: Scores = whole + best
    return total


def of_best_sentences(question: Asked, found: Near) -> Scores:
    """How near the question is to the nearest sentence of each passage; see `of_passages`."""
    best = np.zeros(len(found.counts), dtype=np.float32)
    if len(found.firsts) and len(question.weights):
        best[found.held] = np.maximum.reduceat(_likeness(question, found.apart), found.firsts)
    return best


def of_sentences(question: Asked, found: Near) -> Scores:
    """How near the question is to each sentence of passages; its tokens count alike.

    Within a passage that is about the question its rare words are everywhere, and tell less. A
    sentence answers what it has a like for all of.

    Returns:
        An array of shape (sentences,).
    """
    if not len(question.weights):
        return np.zeros(len(found.numbers), dtype=np.float32)
    likeness = _scaled(question, found.apart)
    total: Scores = -np.log(np.exp(-STRICT * likeness).mean(axis=0)) / np.float32(STRICT)
    return total


def _likeness(question: Asked, nearest: Apart) -> Scores:
    """Weighted mean of inner products, by the bits in which the nearest tokens differ."""
    found: Scores = _scaled(question, question.weights @ nearest.astype(np.float32))
    return found


def _scaled(question: Asked, counts: NDArray[Any]) -> NDArray[np.float32]:
    """Turn numbers of differing bits into inner products."""
    width, planes = 8 * question.bits.shape[2], len(question.bits)
    share = np.asarray(counts, dtype=np.float32) / width
    scaled = _STEPS[planes] * (2**planes - 1 - 2 * share)
    return np.asarray(scaled, dtype=np.float32)


def added(
    scores: Scores, first: Rows, found: Scores, share: Scores, weight: float = WEIGHT
) -> Scores:
    """Add what late interaction found to the scores of passages.

    Args:
        scores: at most 1, of shape (passages,).
        first: places in `scores` of the passages that were compared.
        found: what was found for each of these.
        share: how much of `weight` that has for each passage, at most 1.
        weight: of late interaction beside the scores.

    Returns:
        An array of shape (passages,): a convex combination, at most 1.
    """
    low, high = found.min(initial=np.inf), found.max(initial=-np.inf)
    scaled = np.zeros_like(scores)
    scaled[first] = (found - low) / (high - low) if high > low else 1
    counted = np.float32(weight) * share
    total: Scores = (scores + counted * scaled) / (1 + counted)
    return total
