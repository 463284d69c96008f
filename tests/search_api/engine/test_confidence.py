from __future__ import annotations

import math

import numpy as np
import pytest

from indexer.snapshot.snapshot import Snapshot
from search_api.engine import late
from search_api.engine.asked import Asked
from search_api.engine.confidence import SIGNALS, Logistic, confidences, fitted, signals
from search_api.engine.ranking import Ranker, Ranking
from search_api.engine.searcher import Searcher

QUESTION = "water tanks for zeppelins"


@pytest.fixture(scope="module")
def ranking(snapshot: Snapshot) -> Ranking:
    return Ranker(snapshot).rank(QUESTION, 200)


def test_the_signals_are_what_they_are_said_to_be(snapshot: Snapshot, ranking: Ranking) -> None:
    found = dict(zip(SIGNALS, signals(snapshot, QUESTION, ranking).T, strict=True))
    lexical = snapshot.lexical
    cosines = snapshot.vectors.at(ranking.rows) @ ranking.query
    everything = snapshot.vectors.at(np.arange(7)) @ ranking.query
    rarest = math.log(1 + 7.5 / 0.5)
    most = lexical.idf("water") + lexical.idf("tank") + rarest  # no passage has zeppelins
    held = (lexical.idf("water") + lexical.idf("tank")) / most
    assert found["cosine"] == pytest.approx(cosines)
    assert found["above_mean"] == pytest.approx(cosines - everything.mean(), abs=1e-6)
    assert found["covered"].max() == pytest.approx(held)
    assert found["covered"][ranking.bm25 == 0] == pytest.approx(0)
    # Fewer than ten passages: there is no tenth to lead.
    assert found["bm25_lead"] == pytest.approx(ranking.bm25 / most)


def test_the_lead_is_measured_from_the_tenth_passage(snapshot: Snapshot) -> None:
    bm25 = np.arange(12, dtype=np.float32)
    rows = np.array([0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4])
    query = snapshot.vectors.at(np.array([0]))[0]
    none = late.asked(np.zeros((0, 32), np.float32))
    ranking = Ranking(rows, bm25, bm25, query, none, Asked(), encode=0, retrieve=0)
    lead = signals(snapshot, "water", ranking)[:, SIGNALS.index("bm25_lead")]
    assert lead * snapshot.lexical.idf("water") == pytest.approx(bm25 - 2)


def test_a_question_of_stop_words_covers_nothing(snapshot: Snapshot) -> None:
    ranking = Ranker(snapshot).rank("what is the", 200)
    found = signals(snapshot, "what is the", ranking)
    assert found[:, 2:].tolist() == [[0.0, 0.0]] * len(ranking.rows)


def test_probabilities_are_those_of_a_logistic_regression() -> None:
    weights = Logistic(np.array([1.0, 0.0]), np.array([2.0, 1.0]), np.array([0.5, -1.0]), 0.25)
    found = weights.probabilities(np.array([[1.0, 0.0], [3.0, 2.0]]))
    assert found == pytest.approx([1 / (1 + math.exp(-0.25)), 1 / (1 + math.exp(1.25))])


def test_every_signal_speaks_for_a_passage() -> None:
    assert (fitted().weights > 0).all()


def test_nothing_ranked_is_nothing_to_be_sure_of(snapshot: Snapshot) -> None:
    none = np.zeros(len(snapshot.labels.days), dtype=np.bool_)
    ranking = Ranker(snapshot).rank("water", 200, allowed=none)
    assert confidences(snapshot, "water", ranking).tolist() == []


def test_an_answer_is_as_sure_as_its_ranking_s_first_passage(searcher: Searcher) -> None:
    ranking = searcher.rank("water for Lima", 200)
    sure = confidences(searcher.snapshot, "water for Lima", ranking)
    assert [round(value, 4) for value in sure] == [
        result.confidence for result in searcher.ask("water for Lima", 100, group="none").results
    ]
    for offset, group in ((0, "none"), (3, "none"), (0, "city"), (100, "city")):
        answer = searcher.ask("water for Lima", 2, offset, group=group)  # type: ignore[arg-type]
        assert answer.confidence == round(sure[0], 4)


def test_a_city_is_as_sure_as_the_surest_of_its_excerpts(searcher: Searcher) -> None:
    answer = searcher.ask("water for Lima", 100)
    by_rank = {result.rank: result.confidence for result in answer.results}
    assert len(answer.cities) == 3
    for city in answer.cities:
        assert city.confidence == max(by_rank[rank] for rank in city.ranks)


def test_a_place_s_name_is_held_by_what_speaks_of_it_under_another(cities: Snapshot) -> None:
    question = "standpipes in Durban"
    ranking = Ranker(cities).rank(question, 100)
    covered = signals(cities, question, ranking)[:, SIGNALS.index("covered")]
    documents = np.array(cities.passages.document_ids())[ranking.rows]
    assert "Durban" not in cities.passages.hits(ranking.rows[:1].tolist())[0].passage.text
    assert covered[documents == "durban-water"].tolist() == [1.0]
    assert covered[documents == "report"].max() == 0.0
