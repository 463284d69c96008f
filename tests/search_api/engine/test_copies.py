from __future__ import annotations

import numpy as np
import pytest

from search_api.engine.copies import Copies

COPIES = Copies({4: 1, 6: 1, 7: 2})


@pytest.mark.parametrize(
    ("ranking", "kept"),
    [
        ([0, 3, 5], [0, 1, 2]),
        ([6, 1, 0, 4], [0, 2]),
        ([7, 4, 2, 6, 3], [0, 1, 4]),
        ([], []),
    ],
)
def test_the_best_ranked_passage_of_each_group_stays(ranking: list[int], kept: list[int]) -> None:
    assert COPIES.firsts(ranking) == kept
    assert COPIES.firsts(iter(ranking)) == kept


def test_every_passage_of_a_group_has_as_many_others() -> None:
    assert [COPIES.others(row) for row in range(8)] == [0, 2, 1, 0, 2, 0, 2, 1]
    assert Copies({}).others(0) == 0


def test_others_are_counted_among_some_passages() -> None:
    among = np.array([row in (1, 4, 5) for row in range(8)])
    assert [COPIES.others(row, among) for row in range(8)] == [0, 1, 0, 0, 1, 0, 2, 0]
