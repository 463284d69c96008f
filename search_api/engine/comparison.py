"""One question put to several cities: a cell for each, with a quotation or an honest gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.errors import QuestionError
from search_api.engine.answer import Answer, Cell, Comparison
from search_api.engine.filters import Filters
from search_api.engine.searcher import Searcher

FEWEST, MOST = 2, 20
"""Cities that are compared at once."""

NO_EVIDENCE = "no evidence in this collection"


def compare(
    searcher: Searcher, question: str, cities: Sequence[str], filters: Filters | None = None
) -> Comparison:
    """Ask one question of each city's passages.

    Args:
        searcher: of the collection.
        question: in words.
        cities: under any name; repetitions are passed over.
        filters: what every excerpt must be besides; their own cities are left aside.

    Raises:
        QuestionError: fewer than two cities, too many, or the question cannot be asked.
    """
    wanted = list(dict.fromkeys(" ".join(city.split()) for city in cities))
    if not FEWEST <= len(wanted) <= MOST:
        held = f"{len(wanted)} cit{'y' if len(wanted) == 1 else 'ies'}"
        raise QuestionError(f"{held} to compare; name {FEWEST} to {MOST} different ones")
    others = filters or Filters()
    answers = [searcher.ask(question, 1, filters=replace(others, city=(city,))) for city in wanted]
    return Comparison(
        question=answers[0].question,
        cells=[cell_of(city, answer) for city, answer in zip(wanted, answers, strict=True)],
        index=searcher.index(),
    )


def cell_of(city: str, answer: Answer) -> Cell:
    """The cell of a city, from the answer that its own passages give."""
    if not answer.results:
        why = f"{NO_EVIDENCE}: {answer.explanation}"
        return Cell(city=city, verdict="none", result=None, note=why)
    if answer.verdict == "none":
        return Cell(city=city, verdict="none", result=None, note=NO_EVIDENCE)
    return Cell(city=city, verdict=answer.verdict, result=answer.results[0], note=None)
