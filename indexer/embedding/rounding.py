"""Matrices in 8 bits with a scale a column, and what keeps the loss low without changing sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_PAIR = 126
"""Most that two weights after one another add up to before they are rounded, which may add two: 255
times that fits into 16 bits."""

_SHARE = 0.65
"""How much of a channel's size goes from activations into weights."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Channels in a new order, some of them more than once.

    Attributes:
        channels: the channel at each place.
        copy: which of its copies that is, from zero.
        times: how often each channel occurs.
    """

    channels: NDArray[np.intp]
    copy: NDArray[np.intp]
    times: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Steps:
    """The 255 steps of a token's activations: `below` of them for what is less than zero."""

    below: int = 128

    @property
    def above(self) -> int:
        """Those for what is more than zero."""
        return 255 - self.below


def as_they_are(count: int) -> Layout:
    """Return the layout that changes nothing."""
    once = np.ones(count, np.intp)
    return Layout(np.arange(count), once - 1, once)


def with_copies(weights: Floats, count: int) -> Layout:
    """Hold those channels more than once that make the scales of columns coarse.

    Each copy has its share of the weight, so that a large one rounds no others to nothing (outlier
    channel splitting, arXiv 1901.09504). Places after one another get a large channel and a small.

    Args:
        weights: of shape (channels, columns).
        count: of copies to be added.
    """
    sizes, times = np.abs(weights), np.ones(len(weights))
    every = np.arange(weights.shape[1])
    for _ in range(count):
        left = sizes / times[:, None]
        top = left.argmax(axis=0)
        first = left[top, every]
        left[top, every] *= times[top] / (times[top] + 1)
        gain = np.bincount(top, first**2 - left.max(axis=0) ** 2, minlength=len(weights))
        times[gain.argmax()] += 1
    counts = times.astype(np.intp)
    channels = np.repeat(np.arange(len(weights)), counts)
    copy = np.concatenate([np.arange(each) for each in counts])
    share = np.maximum(sizes / times[:, None], 1e-12)
    order = np.argsort(-(share / share.max(axis=0)).max(axis=1)[channels], kind="stable")
    mixed = np.stack([order, order[::-1]], axis=1).reshape(-1)[: len(order)]
    return Layout(channels[mixed], copy[mixed], counts)


def rounded(weights: Floats, layout: Layout) -> tuple[NDArray[np.int8], Floats]:
    """Round weights to 8 bits.

    Processors without instructions of their own for it add two products in 16 bits and cut off what
    is more. Two weights after one another are therefore kept so small that nothing is: sums are the
    same on every processor.

    Args:
        weights: of shape (channels, columns).
        layout: of the channels.

    Returns:
        Whole numbers, of shape (places, columns), and the scale of each column.
    """
    placed = (weights / layout.times[:, None])[layout.channels]
    pairs = np.pad(placed, ((0, len(placed) % 2), (0, 0))).reshape(-1, 2, weights.shape[1])
    most = np.maximum(pairs, 0).sum(axis=1).max(axis=0)
    least = np.minimum(pairs, 0).sum(axis=1).min(axis=0)
    scale = np.maximum(np.maximum(most, -least), 1e-12) / _PAIR
    # Shares of a whole number, rounded down one by one, add up to it again.
    whole = np.rint(weights / scale).astype(np.int64)[layout.channels]
    shares = (whole + layout.copy[:, None]) // layout.times[layout.channels][:, None]
    return shares.astype(np.int8), scale.astype(np.float32)


def evened(seen: Floats, weights: Floats) -> Floats:
    """Choose by what to divide the channels of activations, and to multiply those of weights.

    A channel much larger than others leaves these few steps; most of its size is moved into the
    weights (SmoothQuant, arXiv 2211.10438). Sizes are rounded to half octaves, so that the last
    bits of a processor's sums decide nothing.

    Args:
        seen: activations, of shape (tokens, channels).
        weights: of shape (channels, columns).

    Returns:
        A size for each channel.
    """
    largest = np.log2(np.maximum(np.abs(seen).max(axis=0), 1e-3))
    held = np.log2(np.maximum(np.abs(weights).max(axis=1), 1e-4))
    sizes = _SHARE * largest - (1 - _SHARE) * held
    even: Floats = np.exp2(np.rint(2 * (sizes - sizes.mean())) / 2).astype(np.float32)
    return even
