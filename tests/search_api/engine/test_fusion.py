from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.snapshot.vectors import Scores
from search_api.engine.fusion import dense_share, fuse, share_by_words


def scores(*values: float) -> Scores:
    return np.array(values, dtype=np.float32)


@pytest.mark.parametrize(
    ("cosines", "mean", "bm25", "fused"),
    [
        # dense (c - 0.2) / 0.6 = 1, 0.5, 0; lexical b / 4 = 0.25, 1, 0
        ([0.8, 0.5, 0.2], 0.2, [1, 4, 0], [0.625, 0.75, 0.0]),
        # further from the question than the mean passage: (0 - 0.2) / 0.4 = -0.5
        ([0.6, 0.0], 0.2, [0, 2], [0.5, 0.25]),
        # negative cosines: (c + 0.6) / 0.4 = 1, 0
        ([-0.2, -0.6], -0.6, [0, 0], [0.5, 0.0]),
        # best on both sides
        ([0.3], 0.1, [7], [1.0]),
    ],
)
def test_each_side_is_scaled_from_its_floor_to_its_best_and_counts_half(
    cosines: list[float], mean: float, bm25: list[float], fused: list[float]
) -> None:
    assert fuse(scores(*cosines), mean, scores(*bm25)) == pytest.approx(fused, abs=1e-6)


def test_without_a_word_in_common_the_cosine_alone_orders_with_half_the_score() -> None:
    fused = fuse(scores(0.9, 0.6, 0.5), 0.5, scores(0, 0, 0))
    assert fused == pytest.approx([0.5, 0.125, 0.0], abs=1e-6)


@pytest.mark.parametrize("mean", [0.4, 0.9])
def test_cosines_that_do_not_rise_above_the_mean_leave_the_order_to_bm25(mean: float) -> None:
    fused = fuse(scores(0.4, 0.4, 0.4), mean, scores(1, 2, 0))
    assert fused.tolist() == [0.25, 0.5, 0.0]


def test_no_passages_have_no_scores() -> None:
    assert fuse(scores(), 0.3, scores()).shape == (0,)


THOUSANDTHS = st.integers(-1000, 1000).map(lambda number: number / 1000)


@settings(max_examples=100)
@given(st.lists(st.tuples(THOUSANDTHS, st.integers(0, 5000)), min_size=1, max_size=20), THOUSANDTHS)
def test_no_score_exceeds_one_and_one_means_best_on_both_sides(
    pairs: list[tuple[float, int]], mean: float
) -> None:
    cosines, bm25 = scores(*(c for c, _ in pairs)), scores(*(b / 100 for _, b in pairs))
    fused = fuse(cosines, float(np.float32(mean)), bm25)
    assert fused.max() <= 1 + 1e-6
    for row in np.flatnonzero(fused > 1 - 1e-6):
        assert cosines[row] == cosines.max()
        assert bm25[row] == bm25.max()


@pytest.mark.parametrize(
    ("pieces", "share"), [(0.0, 0.5), (1.3, 0.5), (1.5, 0.38), (1.7, 0.26), (3.0, 0.2)]
)
def test_the_more_pieces_a_word_has_the_less_the_dense_side_counts(
    pieces: float, share: float
) -> None:
    assert dense_share(pieces) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize(("reached", "share"), [(0.0, 0.5), (0.1, 0.5), (0.2, 0.35), (0.3, 0.2)])
def test_a_question_whose_words_are_not_found_leaves_both_sides_alike(
    reached: float, share: float
) -> None:
    found = share_by_words(scores(0.2, 0.5), reached)
    assert found == pytest.approx([share, 0.5], abs=1e-6)


def test_each_passage_may_have_a_share_of_its_own() -> None:
    # dense 1, 0.5; lexical 0.5, 1: 0.2 + 0.8 * 0.5, and 0.5 * 0.5 + 0.5
    fused = fuse(scores(0.8, 0.5), 0.2, scores(2, 4), scores(0.2, 0.5))
    assert fused == pytest.approx([0.6, 0.75], abs=1e-6)
