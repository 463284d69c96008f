"""Questions with known evidence, asked of an index."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Sequence
from typing import Any

from indexer.errors import DatasetError, QuestionError
from indexer.names import fold_name
from search_api.engine.answer import Answer, Result
from search_api.engine.searcher import Searcher
from search_api.evaluation.certainty import Judgment, certainty
from search_api.evaluation.dataset import Question
from search_api.evaluation.retrieval import percentiles

_MARKS = re.compile(r"</?[A-Za-z][^<>]*>|[*_`#|\\]|\[(?=[^\]]*\]\()|\]\([^)]*\)")


def measure_questions(searcher: Searcher, questions: Sequence[Question]) -> dict[str, Any]:
    """Return hit@1, hit@3 and city hit rate over the answerable questions, certainty and latency.

    A hit is an excerpt that holds any of the question's evidence strings; of questions that expect
    cities, all of these must be among the answer's.
    """
    if not any(question.answerable for question in questions):
        raise DatasetError("no question of this set is answerable; there is nothing to measure")
    ranks: list[int | None] = []
    cities: list[bool] = []
    judgments: list[Judgment] = []
    milliseconds = []
    for question in questions:
        began = time.perf_counter()
        answer = _asked(searcher, question)
        milliseconds.append((time.perf_counter() - began) * 1000)
        evidence = question.evidence if question.answerable else ()
        right = speaks_rightly(answer, evidence)
        judgments.append(Judgment(answer.confidence, answer.verdict, question.answerable, right))
        if question.answerable:
            ranks.append(evidence_rank(answer, evidence))
            if question.cities:
                cities.append(_holds_cities(answer, question.cities, searcher))
    metrics = {f"hit@{k}": _share(ranks, k) for k in (1, 3)}
    if cities:
        metrics["city_hit_rate"] = round(sum(cities) / len(cities), 4)
    return {
        "metrics": metrics | certainty(judgments),
        "latency_ms": percentiles(milliseconds),
        "index": answer.index.model_dump(),
    }


def _asked(searcher: Searcher, question: Question) -> Answer:
    try:
        return searcher.ask(question.text)
    except QuestionError as error:
        raise DatasetError(f"question {question.id}: {error}") from error


def _holds_cities(answer: Answer, expected: Sequence[str], searcher: Searcher) -> bool:
    """Whether every expected city, under any of its names, is among the answer's."""
    named = searcher.snapshot.places.named([fold_name(name) for name in expected])
    bearers = [named[f].places if (f := fold_name(n)) in named else () for n in expected]
    found = {city.id for city in answer.cities}
    return all(not found.isdisjoint(places) for places in bearers)


def evidence_rank(answer: Answer, evidence: Sequence[str]) -> int | None:
    """Rank of the first excerpt that holds any of the evidence, counted from 1."""
    return next((result.rank for result in answer.results if _holds(result, evidence)), None)


def speaks_rightly(answer: Answer, evidence: Sequence[str]) -> bool:
    """Whether the excerpt that speaks for the answer, whose confidence is its, holds evidence."""
    speaking = [one for one in answer.results if one.confidence == answer.confidence]
    return any(_holds(result, evidence) for result in speaking)


def _holds(result: Result, evidence: Sequence[str]) -> bool:
    text = folded(result.text)
    return any(folded(piece) in text for piece in evidence)


def folded(text: str) -> str:
    """Fold Markdown and HTML marks, typographic quotes, case and white space."""
    plain = _MARKS.sub("", html.unescape(text)).translate(str.maketrans("’‘“”", "''\"\""))
    return " ".join(plain.casefold().split())


def _share(ranks: Sequence[int | None], k: int) -> float:
    return round(sum(rank is not None and rank <= k for rank in ranks) / len(ranks), 4)
