from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Scores
from search_api.engine.reranking import DEPTH, exchanged
from search_api.engine.searcher import Searcher
from search_api.reranking import find_reranker

PLAIN = "food baskets and water"


class Backwards:
    """Likes best what the ranking liked least."""

    name = "backwards"

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        self.read = list(passages)
        return np.arange(len(passages), dtype=np.float32)


@pytest.mark.parametrize(
    ("scores", "standing", "order"),
    [
        ([0.1, 0.9, 0.5], "aaa", [1, 2, 0]),
        ([0.1, 0.9, 0.5], "aba", [2, 1, 0]),
        ([0.1, 0.2, 0.3, 0.4], "aabb", [1, 0, 3, 2]),
        ([0.5, 0.5, 0.5], "aaa", [0, 1, 2]),
        ([], "", []),
    ],
)
def test_passages_change_places_with_those_of_their_own_standing_alone(
    scores: list[float], standing: str, order: list[int]
) -> None:
    assert exchanged(np.array(scores, dtype=np.float32), standing).tolist() == order


def test_the_first_passages_are_read_with_their_titles_and_put_in_order(snapshot: Snapshot) -> None:
    plain, backwards = Searcher(snapshot), Backwards()
    before = plain.ask(PLAIN, group="none")
    after = Searcher(snapshot, reranker=backwards).ask(PLAIN, group="none")
    assert 2 < len(before.results) < DEPTH
    assert backwards.read[0].startswith(before.results[0].document.title)
    ids = [result.passage_id for result in before.results]
    assert [result.passage_id for result in after.results] == ids[::-1]
    # A place in the ranking keeps its height, an excerpt its confidence, the answer its verdict.
    assert [r.score for r in after.results] == [r.score for r in before.results]
    sure = {result.passage_id: result.confidence for result in before.results}
    assert {result.passage_id: result.confidence for result in after.results} == sure
    assert (after.verdict, after.confidence) == (before.verdict, before.confidence)
    assert before.timings_ms.rerank == 0.0
    assert 0 < after.timings_ms.rerank < after.timings_ms.total


def test_what_a_place_has_of_its_own_stays_before_all_others(snapshot: Snapshot) -> None:
    question = "what did Lima do?"
    before = Searcher(snapshot).ask(question, group="none").results
    after = Searcher(snapshot, reranker=Backwards()).ask(question, group="none").results
    own = [r.passage_id for r in before if "Lima" in {city.name for city in r.cities}]
    assert 1 < len(own) < len(before)
    assert [r.passage_id for r in after[: len(own)]] == own[::-1]


@pytest.mark.slow
def test_a_real_cross_encoder_orders_what_both_sides_found(
    snapshot: Snapshot, tiny_crossing: Path
) -> None:
    reranker = find_reranker(str(tiny_crossing))
    assert reranker is not None
    assert find_reranker(str(tiny_crossing)) is reranker
    searcher = Searcher(snapshot, reranker=reranker)
    rows = searcher.rank(PLAIN, 10).rows
    texts = [hit.passage.embedded for hit in snapshot.passages.hits(rows.tolist())]
    scores = reranker.scores(PLAIN, texts)
    assert (np.diff(scores) <= 1e-6).all()
    dense = Searcher(snapshot).rank(PLAIN, 10, "dense").rows
    assert searcher.rank(PLAIN, 10, "dense").rows.tolist() == dense.tolist()


def test_without_a_name_there_is_none() -> None:
    assert find_reranker(None) is None
    assert find_reranker("") is None
