from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.snapshot.spread import RIDGE, Moments, Spread, load_spread, save_spread

CORNERS = np.array([[3, 1], [3, -1], [-3, 1], [-3, -1]], dtype=np.float32) + 5
"""Around (5, 5), of variance 9 along and 1 across."""


def spread_of(*batches: NDArray[np.float32]) -> Spread:
    moments = Moments(2)
    assert [len(batch) for batch in moments.of(batches)] == [len(batch) for batch in batches]
    return moments.spread()


def test_the_spread_of_batches_is_that_of_all_their_vectors() -> None:
    spread = spread_of(CORNERS[:1], CORNERS[1:1], CORNERS[1:])
    assert spread.centre.tolist() == [5, 5]
    ridge = RIDGE + 2 / 4
    # The mean variance is 5, and the mean square of what is scaled by it 9 * a + 1 * b.
    along, across = 1 / (9 / 5 + ridge), 1 / (1 / 5 + ridge)
    expected = np.diag([along, across]) / (9 * along + across)
    np.testing.assert_allclose(spread.precision, expected, rtol=1e-6)
    apart = CORNERS - spread.centre
    squares = np.einsum("nd,de,ne->n", apart, spread.precision, apart)
    assert squares.mean() == pytest.approx(1.0)


def test_what_lies_straight_towards_a_question_stands_out_by_its_length() -> None:
    spread = spread_of(CORNERS)
    question = np.array([9, 5], dtype=np.float32)
    usual = 1 / np.sqrt(spread.precision[0, 0])  # of length 1 along the first axis
    towards = np.array([[5 + usual, 5], [5 + 2 * usual, 8], [5, 9], [5 - usual, 5]])
    found = spread.contrasts(question, towards.astype(np.float32))
    assert found == pytest.approx([1, 2, 0, -1], abs=1e-6)


def test_a_direction_in_which_all_vary_counts_little() -> None:
    spread = spread_of(CORNERS)
    question, equally_far = np.array([6, 6]), np.array([[7, 5], [5, 7]])
    along, across = spread.contrasts(question.astype(np.float32), equally_far.astype(np.float32))
    ridge = RIDGE + 2 / 4
    assert across / along == pytest.approx((9 / 5 + ridge) / (1 / 5 + ridge), rel=1e-5)


@pytest.mark.parametrize("vectors", [CORNERS[:0], CORNERS[:1], np.repeat(CORNERS[:1], 9, axis=0)])
def test_of_nothing_or_one_vector_nothing_stands_out(vectors: NDArray[np.float32]) -> None:
    spread = spread_of(vectors)
    assert np.isfinite(spread.precision).all()
    assert spread.contrasts(CORNERS[1], vectors).tolist() == [0] * len(vectors)
    assert spread.contrasts(spread.centre, CORNERS).tolist() == [0, 0, 0, 0]  # no direction


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    spread = spread_of(CORNERS)
    save_spread(spread, tmp_path)
    again = load_spread(tmp_path)
    assert again.centre.tolist() == spread.centre.tolist()
    assert again.precision.tolist() == spread.precision.tolist()
