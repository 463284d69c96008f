"""How the vectors of a collection are spread, and what stands out of them towards a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.arrays import save_array
from indexer.snapshot.manifest import CENTRE, SPREAD

RIDGE = 0.3
"""What is added to the variance of every direction, their mean being 1. Dimensions by vectors
comes on top: where vectors are few, directions vary by chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Where the vectors of a collection lie, and how they vary around it.

    Attributes:
        centre: their mean, of shape (dimension,): its inner product with a question is the
            question's mean cosine over the whole collection.
        precision: inverse of their covariance, of shape (dimension, dimension), scaled so that the
            mean square of a vector's difference from the centre is 1 by it.
    """

    centre: NDArray[np.float32]
    precision: NDArray[np.float32]

    def contrasts(
        self, query: NDArray[np.float32], vectors: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """How far vectors stand out of the collection towards a question, of shape (vectors,).

        What all passages have in common counts nothing, and a direction in which they vary much
        counts little: nearness there tells passages on the subject from others, not those that
        answer from their like. It is the inner product of both differences from the centre after
        whitening, the question's brought to length 1 (F. C. Robey and others 1992, "A CFAR Adaptive
        Matched Filter Detector"): 1 for a passage of usual length that lies straight towards it.

        Args:
            query: of shape (dimension,).
            vectors: of shape (vectors, dimension).
        """
        apart = query - self.centre
        towards = self.precision @ apart
        length = np.sqrt(max(float(apart @ towards), 0.0)) or 1.0
        found: NDArray[np.float32] = ((vectors - self.centre) @ towards) / np.float32(length)
        return found


class Moments:
    """Adds up vectors and their products as they pass by."""

    def __init__(self, dimension: int) -> None:
        """Take the length of a vector."""
        self._sum = np.zeros(dimension, dtype=np.float64)
        self._products = np.zeros((dimension, dimension), dtype=np.float64)
        self.count = 0

    def of(self, batches: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """Yield batches of shape (any, dimension) as they are, and count them in."""
        for batch in batches:
            self._sum += batch.sum(axis=0, dtype=np.float64)
            self._products += batch.T @ batch
            self.count += len(batch)
            yield batch

    def spread(self) -> Spread:
        """What has passed by; none at all lies at the origin."""
        count, dimension = max(self.count, 1), len(self._sum)
        centre = self._sum / count
        covariance = self._products / count - np.outer(centre, centre)
        usual = max(float(np.trace(covariance)), 0.0) / dimension or 1.0
        ridge = RIDGE + dimension / count
        precision = np.linalg.inv(covariance / usual + ridge * np.eye(dimension))
        square = float(np.vdot(precision, covariance))
        if square > 0:
            precision /= square
        return Spread(centre.astype(np.float32), precision.astype(np.float32))


def save_spread(spread: Spread, folder: Path) -> None:
    """Write both parts into the folder of a snapshot."""
    save_array(folder / CENTRE, spread.centre)
    save_array(folder / SPREAD, spread.precision)


def load_spread(folder: Path) -> Spread:
    """Read back what `save_spread` wrote.

    Raises:
        OSError: a file is missing.
        ValueError: it is no array.
    """
    return Spread(np.load(folder / CENTRE), np.load(folder / SPREAD))
