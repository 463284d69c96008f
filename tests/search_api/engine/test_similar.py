from __future__ import annotations

import numpy as np
import pytest

from indexer.snapshot.snapshot import Snapshot
from search_api.engine.copies import Copies
from search_api.engine.searcher import Searcher
from search_api.engine.similar import similar_rows


@pytest.mark.parametrize("row", range(7))
def test_the_nearest_passages_are_those_of_brute_force(row: int, snapshot: Snapshot) -> None:
    vectors = snapshot.vectors.at(np.arange(7))
    cosines = vectors @ vectors[row]
    expected = [other for other in np.argsort(-cosines).tolist() if other != row]
    found = similar_rows(snapshot, Copies({}), row, 6)
    assert [other for other, _ in found] == expected
    assert [score for _, score in found] == pytest.approx(cosines[expected], abs=1e-6)
    assert similar_rows(snapshot, Copies({}), row, 2) == found[:2]


def test_copies_are_folded_and_those_of_the_passage_itself_left_out(snapshot: Snapshot) -> None:
    nearest = [row for row, _ in similar_rows(snapshot, Copies({}), 0, 6)]
    own, others = nearest[0], nearest[2:4]
    copies = Copies({own: 0, others[1]: others[0]})
    found = [row for row, _ in similar_rows(snapshot, copies, 0, 6)]
    assert found == [row for row in nearest if row not in (own, others[1])]
    assert [row for row, _ in similar_rows(snapshot, copies, own, 1)] != [0]


def test_the_searcher_knows_its_copies(searcher: Searcher, snapshot: Snapshot) -> None:
    assert searcher.similar(3, 4) == similar_rows(snapshot, Copies({}), 3, 4)
