"""Retrieval on a BEIR test set: documents scored by their best passage."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from indexer.errors import MissingExtraError
from indexer.snapshot.snapshot import Snapshot
from search_api.engine.ranking import Mode, Ranking
from search_api.engine.reranking import Reranker
from search_api.engine.searcher import Searcher
from search_api.evaluation.dataset import CORPUS, Judged, read_lines

Run = dict[str, dict[str, float]]
"""Query id to document id to score."""

CUTOFF = 100
"""Documents that a run holds for each query, as R@100 needs them."""

DEPTH = 3 * CUTOFF
"""Passages asked for, so that long documents leave room for a hundred."""


def prepared_corpus(dataset: Path, cache: Path, *, metadata: bool) -> Path:
    """Write the records to index into the cache and return their file.

    Args:
        dataset: folder that holds `corpus.jsonl`.
        cache: folder for test indexes.
        metadata: keep the records' `metadata`, as for any record; test sets count it as unseen.
    """
    name = hashlib.sha256(f"{dataset.resolve()}\0{metadata}".encode()).hexdigest()[:16]
    folder = cache / "eval" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / CORPUS).open("w", encoding="utf-8") as file:
        for _, record in read_lines(dataset / CORPUS):
            kept = record if metadata else {k: v for k, v in record.items() if k != "metadata"}
            file.write(json.dumps(kept) + "\n")
    return folder / CORPUS


def measure(
    snapshot: Snapshot, judged: Judged, mode: Mode, reranker: Reranker | None = None
) -> dict[str, Any]:
    """Ask each judged query and measure the answers.

    Args:
        snapshot: of the test set's corpus.
        judged: queries and judgments.
        mode: both sides, or one alone.
        reranker: reads the first passages of both sides again, if there is one.

    Returns:
        The object that `citywise eval --json` prints, without the dataset's name.
    """
    searcher = Searcher(snapshot, reranker=reranker)
    documents = np.array(snapshot.passages.document_ids())
    run: Run = {}
    milliseconds = []
    for query, text in judged.queries.items():
        began = time.perf_counter()
        ranking = searcher.rank(text, DEPTH, mode, DEPTH)
        milliseconds.append((time.perf_counter() - began) * 1000)
        run[query] = dict(best_passages(ranking, documents))
    return {
        "metrics": metrics(run, judged),
        "latency_ms": percentiles(milliseconds),
        "index": searcher.ask("test").index.model_dump(),
    }


def best_passages(ranking: Ranking, documents: Any) -> Iterator[tuple[str, float]]:
    """Yield each document once, with the score of its best passage."""
    seen: set[str] = set()
    for row, score in zip(ranking.rows, ranking.scores, strict=True):
        document = str(documents[row])
        if document not in seen and len(seen) < CUTOFF:
            seen.add(document)
            yield document, float(score)


def metrics(run: Run, judged: Judged) -> dict[str, float]:
    """nDCG@10, R@100 and RR@10, averaged over all judged queries (ir-measures, trec_eval)."""
    try:
        import ir_measures
    except ImportError as error:
        raise MissingExtraError("Measuring", "indexer") from error
    wanted = [ir_measures.nDCG @ 10, ir_measures.R @ 100, ir_measures.RR @ 10]
    found = ir_measures.calc_aggregate(wanted, judged.qrels, run)
    return {str(measure): round(float(found[measure]), 4) for measure in wanted}


def percentiles(milliseconds: list[float]) -> dict[str, float]:
    """Median and tail of latencies in milliseconds."""
    return {
        f"p{share}": round(float(np.percentile(milliseconds, share)), 3) for share in (50, 95, 99)
    }
