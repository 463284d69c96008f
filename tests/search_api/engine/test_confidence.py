from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.snapshot.snapshot import Snapshot
from search_api.engine import late
from search_api.engine.confidence import Confidence, Logistic, confidences, fitted
from search_api.engine.ranking import Ranker, Ranking
from search_api.engine.searcher import Searcher
from search_api.engine.signals import FIELD, SIGNALS, signals

QUESTION = "water tanks for zeppelins"


@pytest.fixture(scope="module")
def ranking(snapshot: Snapshot) -> Ranking:
    return Ranker(snapshot).rank(QUESTION, 200)


def columns(snapshot: Snapshot, question: str, ranking: Ranking) -> dict[str, NDArray[np.float64]]:
    found = signals(snapshot, question, ranking, ranking.rows)
    return dict(zip(SIGNALS, found.T, strict=True))


def best_sentence(snapshot: Snapshot, ranking: Ranking, row: int) -> float:
    """Late interaction of a question with the sentence, or the context, that is nearest to it."""
    bits, numbers = snapshot.tokens.of([row])[0], snapshot.tokens.sentences(row)
    found = []
    for number in np.unique(numbers):
        own, question = bits[numbers == number], ranking.likeness.question
        near = late.near(question, own, np.array([len(own)]), np.zeros(len(own), dtype=np.int32))
        found.append(float(late.of_best_sentences(question, near)[0]))
    return max(found)


def test_the_signals_are_what_they_are_said_to_be(snapshot: Snapshot, ranking: Ranking) -> None:
    found = columns(snapshot, QUESTION, ranking)
    lexical = snapshot.lexical
    rarest = math.log(1 + 7.5 / 0.5)
    most = lexical.idf("water") + lexical.idf("tank") + rarest  # no passage has zeppelins
    idf = np.array([lexical.idf(term) for term in ("water", "tank")])
    held = idf @ lexical.holds(("water", "tank"), ranking.rows)
    near = np.array([best_sentence(snapshot, ranking, row) for row in ranking.rows.tolist()])
    assert len(ranking.rows) == 7
    assert found["cosine"] == pytest.approx(snapshot.vectors.at(ranking.rows) @ ranking.query)
    assert found["covered_lead"] == pytest.approx(held / most - held.sum() / most / FIELD)
    lead = near - np.sort(near)[-5]
    assert found["both_leads"] == pytest.approx(found["covered_lead"] * lead, abs=1e-6)
    vectors = snapshot.vectors.at(ranking.rows[:1])  # of seven passages one is compared
    contrast = snapshot.vectors.spread.contrasts(ranking.query, vectors)
    assert found["contrast"] == pytest.approx(np.repeat(contrast, 7))


def test_a_lead_is_measured_from_the_first_passages_alone(snapshot: Snapshot) -> None:
    whole = Ranker(snapshot).rank(QUESTION, 200)
    short = replace(whole, rows=whole.rows[:2])
    all_found, found = (
        signals(snapshot, QUESTION, ranking, whole.rows[:2]) for ranking in (whole, short)
    )
    assert found[:, 0] == pytest.approx(all_found[:, 0])
    assert found[:, 1].min() >= all_found[:, 1].min()  # less is held beside them
    assert 0.0 in found[:, 2]  # of two passages the last one stands for the fifth


def test_a_question_of_stop_words_covers_nothing(snapshot: Snapshot) -> None:
    ranking = Ranker(snapshot).rank("what is the", 200)
    covered = columns(snapshot, "what is the", ranking)["covered_lead"]
    assert covered.tolist() == [0.0] * len(ranking.rows)


def test_probabilities_are_those_of_a_logistic_regression() -> None:
    names, scales = ("contrast", "cosine"), np.array([2.0, 1.0])
    weights = Logistic(names, np.array([1.0, 0.0]), scales, np.array([0.5, -1.0]), 0.25)
    signals = np.array([[0.0, 9, 9, 1.0], [2.0, 9, 9, 3.0]])  # others than its own are passed over
    found = weights.probabilities(signals)
    assert found == pytest.approx([1 / (1 + math.exp(-0.25)), 1 / (1 + math.exp(1.25))])
    other = Logistic((), np.zeros(0), np.zeros(0), np.zeros(0), math.log(3))
    assert Confidence(weights, other).probabilities(signals) == pytest.approx(found * 0.75)


def test_every_signal_speaks_for_a_passage() -> None:
    assert (fitted().subject.weights > 0).all()
    assert (fitted().answer.weights > 0).all()


def test_nothing_ranked_is_nothing_to_be_sure_of(snapshot: Snapshot) -> None:
    none = np.zeros(len(snapshot.labels.days), dtype=np.bool_)
    ranking = Ranker(snapshot).rank("water", 200, allowed=none)
    assert confidences(snapshot, "water", ranking, []) == {}


def test_an_answer_is_as_sure_as_its_ranking_s_first_passage(searcher: Searcher) -> None:
    ranking = searcher.rank("water for Lima", 200)
    rows = ranking.rows.tolist()
    sure = confidences(searcher.snapshot, "water for Lima", ranking, rows)
    assert [round(sure[row], 4) for row in rows] == [
        result.confidence for result in searcher.ask("water for Lima", 100, group="none").results
    ]
    for offset, group in ((0, "none"), (3, "none"), (0, "city"), (100, "city")):
        answer = searcher.ask("water for Lima", 2, offset, group=group)  # type: ignore[arg-type]
        assert answer.confidence == round(sure[rows[0]], 4)


def test_a_city_is_as_sure_as_the_surest_of_its_excerpts(searcher: Searcher) -> None:
    answer = searcher.ask("water for Lima", 100)
    by_rank = {result.rank: result.confidence for result in answer.results}
    assert len(answer.cities) == 3
    for city in answer.cities:
        assert city.confidence == max(by_rank[rank] for rank in city.ranks)


def test_a_place_s_name_is_held_by_what_speaks_of_it_under_another(cities: Snapshot) -> None:
    question = "standpipes in Durban"
    ranking = Ranker(cities).rank(question, 100)
    covered = columns(cities, question, ranking)["covered_lead"]
    documents = np.array(cities.passages.document_ids())[ranking.rows]
    assert "Durban" not in cities.passages.hits(ranking.rows[:1].tolist())[0].passage.text
    lead = covered[documents == "durban-water"] - covered[documents == "report"].max()
    assert lead == pytest.approx([1.0])
