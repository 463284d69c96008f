from __future__ import annotations

import numpy as np
import pytest

from indexer.snapshot.vectors import Scores
from search_api.engine.neighbours import COUNT, leant


def scores(*values: float) -> Scores:
    return np.array(values, dtype=np.float32)


EAST, NORTH = [1.0, 0.0], [0.0, 1.0]
BETWEEN = [0.8, 0.6]
"""Its cosines are 0.8 and 0.6; to the fourth power 0.4096 and 0.1296."""


def test_a_score_is_drawn_towards_the_mean_of_its_neighbours_the_more_the_lower_it_is() -> None:
    vectors = np.array([EAST, NORTH, BETWEEN], dtype=np.float32)
    moved = leant(scores(0.9, 0.1, 0.5), np.array([0, 1, 2]), vectors, scores(1, 1, 1), 0.5)
    # They lean by 0, 0.5 and 0.4375. North has one neighbour, of the third the mean is
    # (0.36864 + 0.01296) / 0.5392: 0.3 and 0.590875; by these 0.345438 and 0.611907.
    assert moved == pytest.approx([0.9, 0.345438, 0.611907], abs=1e-6)


def test_where_all_scores_are_alike_nothing_moves() -> None:
    vectors = np.array([EAST, NORTH, BETWEEN], dtype=np.float32)
    held = scores(0.5, 0.5, 0.5)
    assert leant(held, np.arange(3), vectors, scores(1, 1, 1)).tolist() == held.tolist()


def test_it_is_drawn_less_where_the_model_knows_less_of_the_language() -> None:
    vectors = np.array([EAST, EAST], dtype=np.float32)
    moved = leant(scores(0.8, 0.4), np.array([0, 1]), vectors, scores(1, 0.5), 0.4)
    assert moved == pytest.approx([0.8, 0.4 + 0.4 * 0.5 * 0.4], abs=1e-6)


def test_what_has_no_neighbour_keeps_its_score_and_so_does_what_is_not_among_the_first() -> None:
    vectors = np.array([EAST, NORTH], dtype=np.float32)
    held = scores(0.9, 0.2, 0.6)
    moved = leant(held, np.array([0, 2]), vectors, scores(1, 1, 1))
    assert moved.tolist() == held.tolist()
    for few in (np.zeros(0, np.int64), np.array([1])):
        assert leant(held, few, vectors[: len(few)], scores(1, 1, 1)) is held


def test_only_the_nearest_neighbours_count() -> None:
    angles = np.linspace(0, 1, COUNT + 3)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    held = np.zeros(COUNT + 3, dtype=np.float32)
    held[-2:] = 1  # the first has ten that are nearer
    moved = leant(held, np.arange(COUNT + 3), vectors, np.ones(COUNT + 3, np.float32))
    raised = 1 - moved.max() + moved[0]
    assert moved[0] == moved.min() == pytest.approx(raised)
    assert moved[6] > moved[0]
