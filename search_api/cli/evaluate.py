"""`citywise eval`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import click
from rich.table import Table

from indexer.errors import DatasetError
from indexer.snapshot.source import FolderSource, Source
from search_api.cli.console import stderr, stdout
from search_api.cli.index import build_index, load, prepared
from search_api.cli.options import INDEX, JSON, MODEL, RERANKER, STORE
from search_api.engine.ranking import Mode
from search_api.engine.reranking import Reranker
from search_api.reranking import find_reranker
from search_api.settings import read_settings
from search_api.sources import find_source, open_published


@click.command("eval", epilog="Example: citywise eval sets/cranfield --mode dense")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--mode", type=click.Choice(get_args(Mode)), default="hybrid", show_default=True,
              help="Both sides, or one alone.")  # fmt: skip
@click.option("--queries", type=click.Path(path_type=Path), metavar="DIR",
              help="Take queries and qrels from another folder.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), help="The first N judged queries.")
@click.option("--filter-metadata", is_flag=True, help="Make the records' metadata searchable.")
@MODEL
@RERANKER
@INDEX
@STORE
@JSON
def evaluate(
    dataset: Path,
    mode: Mode,
    queries: Path | None,
    limit: int | None,
    filter_metadata: bool,
    model: str | None,
    reranker: str | None,
    index: Path,
    store: str | None,
    as_json: bool,
) -> int:
    """Measure retrieval on the test set in the folder DATASET.

    A folder with corpus.jsonl, queries.jsonl and qrels.tsv is indexed and asked (nDCG@10, R@100,
    RR@10); one with questions.jsonl is asked of --index (hit@1,
    hit@3, city hit rate, AUROC and Brier score of the confidence, wrong verdicts).
    """
    from search_api.evaluation.dataset import CORPUS, QUESTIONS, read_judged
    from search_api.evaluation.retrieval import measure

    if not dataset.is_dir():
        raise DatasetError(f"{dataset}: no such folder; name the folder of a test set")
    if (dataset / CORPUS).is_file():
        judged = read_judged(queries or dataset, limit)
        built = _indexed(dataset, model, store, metadata=filter_metadata)
        result = measure(open_published(built), judged, mode, find_reranker(reranker))
    elif (dataset / QUESTIONS).is_file():
        source = find_source(index, store, read_settings().cache)
        result = _questions(dataset, limit, source, find_reranker(reranker))
    else:
        raise DatasetError(
            f"{dataset}: holds neither {CORPUS} nor {QUESTIONS}, so it is no test set"
        )
    result = {"dataset": dataset.resolve().name, **result}
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        _show(result)
    return 0


def _indexed(dataset: Path, model: str | None, store: str | None, *, metadata: bool) -> Source:
    """Index the corpus of a test set; in a store it has a name of its own."""
    from search_api.evaluation.retrieval import prepared_corpus

    corpus = prepared_corpus(dataset, read_settings().cache, metadata=metadata)
    index = corpus.parent / "index"
    opened = prepared(store, f"eval_{corpus.parent.name}") if store else None
    for line in build_index(corpus, index, model, keep_going=True).skipped:
        stderr().print(f"Skipped: {line}", markup=False)
    if opened is None:
        return FolderSource(index)
    load(index, opened)
    return opened


def _questions(
    dataset: Path, limit: int | None, source: Source, reranker: Reranker | None
) -> dict[str, Any]:
    from search_api.engine.searcher import Searcher
    from search_api.evaluation.dataset import read_questions
    from search_api.evaluation.questions import measure_questions

    searcher = Searcher(open_published(source), reranker=reranker)
    return measure_questions(searcher, read_questions(dataset)[:limit])


def _show(result: dict[str, Any]) -> None:
    index = result["index"]
    title = f"{result['dataset']}: {index['documents']:,} documents, {index['passages']:,} passages"
    stdout().print(title, markup=False)
    table = Table()
    for name in (*result["metrics"], *result["latency_ms"]):
        table.add_column(name, justify="right")
    metrics = (f"{value:.4f}" for value in result["metrics"].values())
    table.add_row(*metrics, *(f"{value:.2f} ms" for value in result["latency_ms"].values()))
    stdout().print(table)
