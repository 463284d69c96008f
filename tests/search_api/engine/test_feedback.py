from __future__ import annotations

import numpy as np
import pytest

from search_api.engine.feedback import fed_back

EAST = np.array([1, 0], dtype=np.float32)
NORTH = np.array([0, 1], dtype=np.float32)


def test_the_question_moves_half_the_way_to_the_mean_of_what_it_found() -> None:
    # (1, 0) + 0.5 * (0.5, 0.5) = (1.25, 0.25), of length 1.27475
    moved = fed_back(EAST, np.stack([EAST, NORTH]))
    assert moved == pytest.approx([0.980581, 0.196116], abs=1e-6)


def test_a_question_that_found_nothing_stays_where_it_is() -> None:
    assert fed_back(EAST, np.zeros((0, 2), dtype=np.float32)).tolist() == [1, 0]
    assert fed_back(np.zeros(2, dtype=np.float32), np.zeros((1, 2), np.float32)).tolist() == [0, 0]
