from __future__ import annotations

from typing import Any

import pytest

from indexer.errors import CitywiseError, DatasetError
from search_api.engine.answer import Answer
from search_api.engine.searcher import Searcher
from search_api.evaluation.dataset import Question
from search_api.evaluation.questions import (
    evidence_rank,
    folded,
    measure_questions,
    speaks_rightly,
)


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("**Water** came by _truck_.", "water came by truck."),
        ("`code` and *stars*, __both__", "code and stars, both"),
        ("## Informal  settlements", "informal settlements"),
        ("<p>Water&nbsp;came <b>by</b> truck.</p>", "water came by truck."),
        ("a<br/>b", "ab"),
        ("Bread &amp; roses", "bread & roses"),
        ("see [the report](https://example.org/a_b) and go", "see the report and go"),
        ("a [bracket] stays", "a [bracket] stays"),
        ("| Lima | Buses were crowded. |", "lima buses were crowded."),
        ("Lima\tBuses were crowded.", "lima buses were crowded."),
        (r"10 \* 3 \_ 4", "10 3 4"),
        ("“It’s done,” she said ‘twice’", "\"it's done,\" she said 'twice'"),
        ("STRASSE Straße İzmir", "strasse strasse i̇zmir"),
        ("  one\r\n two\u00a0\u2003three ", "one two three"),
        ("", ""),
    ],
)
def test_marks_quotes_case_and_white_space_are_folded(marked: str, plain: str) -> None:
    assert folded(marked) == plain


@pytest.mark.parametrize("text", ["fewer than < 10 and more than > 5", "x<5 while y>3", "1 <= 2"])
def test_a_sign_of_comparison_is_no_mark(text: str) -> None:
    assert folded(text) == text


def answer(searcher: Searcher, question: str = "water for Lima") -> Answer:
    return searcher.ask(question)


def test_the_rank_of_evidence_is_that_of_the_first_excerpt_that_holds_any(
    searcher: Searcher,
) -> None:
    found = answer(searcher)
    texts = [result.text for result in found.results]
    for rank, text in enumerate(texts, 1):
        assert evidence_rank(found, [f"**{text.upper()}**"]) == rank
    assert evidence_rank(found, [texts[4], texts[2], "nowhere"]) == 3
    assert evidence_rank(found, ["nowhere"]) is None
    assert evidence_rank(found, []) is None


def test_an_answer_speaks_rightly_by_the_excerpt_whose_confidence_it_has(
    searcher: Searcher,
) -> None:
    found = answer(searcher)
    sure = [result.confidence for result in found.results]
    surest = found.model_copy(update={"confidence": max(sure)})
    texts = {result.confidence: result.text for result in found.results}
    assert speaks_rightly(surest, ["nowhere", texts[max(sure)]])
    assert not speaks_rightly(surest, [texts[min(sure)]])
    assert not speaks_rightly(surest, [])


def test_evidence_may_be_a_part_of_an_excerpt_across_its_lines_and_cells(
    searcher: Searcher,
) -> None:
    found = answer(searcher)
    rank = evidence_rank(found, ["| Durban | Public buildings were closed. | Informal"])
    assert rank is not None
    assert "Durban\tPublic buildings were closed." in found.results[rank - 1].text


def question(name: str, text: str, *evidence: str, answerable: bool = True) -> Question:
    return Question(name, text, answerable, evidence)


def test_hits_are_shares_of_the_answerable_questions(searcher: Searcher) -> None:
    texts = [result.text for result in answer(searcher).results]
    asked = "water for Lima"
    measured = measure_questions(
        searcher,
        [
            question("first", asked, texts[0]),
            question("third", asked, texts[2]),
            question("fourth", asked, texts[3]),
            question("either", asked, texts[5], texts[1]),
            question("none", asked, "nowhere"),
            question("no answer", asked, texts[0], answerable=False),
        ],
    )
    sure = answer(searcher).confidence
    right, wrong = (sure - 1) ** 2, sure**2
    assert measured["metrics"] == {
        "hit@1": 0.2,  # 1 of 5
        "hit@3": 0.6,  # 3 of 5
        "AUROC": 0.5,  # the same question is both
        "wrong_strong": float(answer(searcher).verdict == "strong"),
        "wrong_none": float(answer(searcher).verdict == "none"),
        "Brier": round((right + 5 * wrong) / 6, 4),
    }
    assert measured["index"] == answer(searcher).index.model_dump()
    latency: dict[str, Any] = measured["latency_ms"]
    assert list(latency) == ["p50", "p95", "p99"]
    assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"]


@pytest.mark.parametrize("questions", [[], [question("a", "Who?", answerable=False)]])
def test_without_an_answerable_question_there_is_nothing_to_measure(
    questions: list[Question], searcher: Searcher
) -> None:
    with pytest.raises(DatasetError, match=r"^no question of this set is answerable; there is"):
        measure_questions(searcher, questions)


@pytest.mark.parametrize("text", [" ", "water " * 60])
def test_a_question_that_cannot_be_asked_is_named(text: str, searcher: Searcher) -> None:
    questions = [question("fine", "Who?", "Ann"), question("no-17", text, "Ann")]
    with pytest.raises(CitywiseError, match="no-17"):
        measure_questions(searcher, questions)
