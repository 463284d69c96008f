"""Questions with known evidence, asked of an index."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Sequence
from typing import Any

from indexer.errors import DatasetError, QuestionError
from search_api.engine.answer import Answer
from search_api.engine.searcher import Searcher
from search_api.evaluation.dataset import Question
from search_api.evaluation.retrieval import percentiles

_MARKS = re.compile(r"</?[A-Za-z][^<>]*>|[*_`#|\\]|\[(?=[^\]]*\]\()|\]\([^)]*\)")


def measure_questions(searcher: Searcher, questions: Sequence[Question]) -> dict[str, Any]:
    """Return hit@1 and hit@3 over the answerable questions, and latency.

    A hit is an excerpt that holds any of the question's evidence strings.
    """
    if not any(question.answerable for question in questions):
        raise DatasetError("no question of this set is answerable; there is nothing to measure")
    ranks: list[int | None] = []
    milliseconds = []
    for question in questions:
        began = time.perf_counter()
        answer = _asked(searcher, question)
        milliseconds.append((time.perf_counter() - began) * 1000)
        if question.answerable:
            ranks.append(evidence_rank(answer, question.evidence))
    return {
        "metrics": {f"hit@{k}": _share(ranks, k) for k in (1, 3)},
        "latency_ms": percentiles(milliseconds),
        "index": answer.index.model_dump(),
    }


def _asked(searcher: Searcher, question: Question) -> Answer:
    try:
        return searcher.ask(question.text)
    except QuestionError as error:
        raise DatasetError(f"question {question.id}: {error}") from error


def evidence_rank(answer: Answer, evidence: Sequence[str]) -> int | None:
    """Rank of the first excerpt that holds any of the evidence, counted from 1."""
    wanted = [folded(text) for text in evidence]
    for result in answer.results:
        text = folded(result.text)
        if any(piece in text for piece in wanted):
            return result.rank
    return None


def folded(text: str) -> str:
    """Fold Markdown and HTML marks, typographic quotes, case and white space."""
    plain = _MARKS.sub("", html.unescape(text)).translate(str.maketrans("’‘“”", "''\"\""))
    return " ".join(plain.casefold().split())


def _share(ranks: Sequence[int | None], k: int) -> float:
    return round(sum(rank is not None and rank <= k for rank in ranks) / len(ranks), 4)
