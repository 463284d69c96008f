from __future__ import annotations

import pytest

from search_api.engine.answer import Answer, Verdict
from search_api.engine.filters import Filters
from search_api.engine.searcher import Searcher
from search_api.engine.verdict import PARTIAL, STRONG, explain, headline, judge, reasons


@pytest.mark.parametrize(
    ("confidence", "lacking", "verdict"),
    [
        (1.0, (), "strong"),
        (STRONG, (), "strong"),
        (STRONG - 1e-9, (), "partial"),
        (1.0, ("Tokyo",), "partial"),
        (PARTIAL, (), "partial"),
        (PARTIAL - 1e-9, (), "none"),
        (0.0, ("Tokyo",), "none"),
    ],
)
def test_a_verdict_goes_by_confidence_and_never_past_a_missing_place(
    confidence: float, lacking: tuple[str, ...], verdict: Verdict
) -> None:
    assert judge(confidence, lacking) == verdict


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (explain(reasons(1, [], [])), "1 passage searched"),
        (
            explain(
                reasons(
                    1200, ["A", "A", "B", "C", "D"], ["water", "food", "water"], ["Tokyo", "Oslo"]
                )
            ),
            "no passage speaks of Tokyo or Oslo; 1,200 passages searched; "
            "nearest: “A”, “B”, “C”; topics nearby: water, food",
        ),
        (explain(reasons(2, ["", "A"], [])), "2 passages searched; nearest: “A”"),
    ],
)
def test_an_explanation_names_what_is_missing_and_what_is_near(found: str, said: str) -> None:
    assert found == said


def test_a_place_that_the_collection_lacks_is_named(searcher: Searcher) -> None:
    answer = searcher.ask("water tanks in Tokyo")
    assert answer.verdict != "strong"
    assert answer.explanation is not None
    assert answer.explanation.startswith("no passage speaks of Tokyo; 7 passages searched; near")
    assert answer.explanation.endswith("; topics nearby: housing, water")


def test_what_filters_leave_is_what_was_searched(searcher: Searcher) -> None:
    answer = searcher.ask("food in Tokyo", filters=Filters(city=("Quito",)))
    said = "no passage speaks of Tokyo; 1 passage searched; nearest: “Food baskets”"
    assert answer.explanation == said


def test_nothing_is_no_evidence(searcher: Searcher) -> None:
    answer = searcher.ask("water", filters=Filters(kind=("report",)))
    assert (answer.verdict, answer.confidence, answer.results) == ("none", 0.0, [])
    assert answer.explanation == "no passage has kind “report”; its kinds are session, initiative"
    assert headline(answer) == f"Nothing found: {answer.explanation}."


@pytest.mark.parametrize(
    ("verdict", "explanation", "said"),
    [
        ("strong", None, None),
        ("partial", "x", "No exact match, these are the closest: x."),
        ("none", "x", "No good evidence in this index: x."),
    ],
)
def test_a_reader_is_told_before_the_excerpts(
    verdict: Verdict, explanation: str | None, said: str | None, searcher: Searcher
) -> None:
    given = {"verdict": verdict, "explanation": explanation}
    answer: Answer = searcher.ask("water").model_copy(update=given)
    assert headline(answer) == said
