"""What each way of ranking gives on one test set."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ir_measures

from benchmarks.laboratory.collections import Collection
from benchmarks.laboratory.significance import interval
from benchmarks.laboratory.variants import Variant
from search_api.evaluation.dataset import Judged
from search_api.evaluation.retrieval import DEPTH, Run, best_passages

NDCG, RECALL, RR = ir_measures.nDCG @ 10, ir_measures.R @ 100, ir_measures.RR @ 10


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a way of ranking on a test set.

    Attributes:
        gain: 95 % interval of the change of nDCG@10 against `before`, None for the first ways.
        milliseconds: median time of a question, encoding left out.
    """

    collection: str
    questions: int
    variant: str
    before: str | None
    metrics: dict[str, float]
    gain: tuple[float, float] | None
    milliseconds: float


def measure(collection: Collection, variants: Sequence[Variant]) -> list[Row]:
    """Ask all questions in each way and compare each way with the one that it builds on."""
    rows: list[Row] = []
    found: dict[str, list[float]] = {}
    for variant in variants:
        run, milliseconds = _asked(collection, variant)
        values = _values(run, collection.judged)
        found[variant.name] = values[NDCG]
        gain = interval(found[variant.before], values[NDCG]) if variant.before else None
        metrics = {str(name): round(statistics.fmean(held), 4) for name, held in values.items()}
        rows.append(
            Row(
                collection.name,
                len(collection.judged.queries),
                variant.name,
                variant.before,
                metrics,
                gain,
                milliseconds,
            )
        )
    return rows


def ndcg(collection: Collection, variant: Variant) -> float:
    """Mean nDCG@10 of one way of ranking."""
    run, _ = _asked(collection, variant)
    return statistics.fmean(_values(run, collection.judged)[NDCG])


def _asked(collection: Collection, variant: Variant) -> tuple[Run, float]:
    searcher = collection.searcher if variant.contexts else collection.plain
    run: Run = {}
    milliseconds = []
    for query, text in collection.judged.queries.items():
        ranking = variant.rank(searcher, text, DEPTH)
        milliseconds.append(ranking.retrieve)
        run[query] = dict(best_passages(ranking, collection.documents))
    return run, round(statistics.median(milliseconds), 3)


def _values(run: Run, judged: Judged) -> dict[Any, list[float]]:
    """Each measure of each question; one that a run omits counts as zero."""
    values: dict[Any, dict[str, float]] = {
        measure: dict.fromkeys(judged.queries, 0.0) for measure in (NDCG, RECALL, RR)
    }
    for metric in ir_measures.iter_calc(list(values), judged.qrels, run):
        values[metric.measure][metric.query_id] = metric.value
    return {measure: list(held.values()) for measure, held in values.items()}
