"""What cities cost: linking a passage, and what grouping, filters and facets add to a question.

    make bench            or            python benchmarks/cities.py --records FILE.jsonl

Linking is timed over the passages of the records, gazetteer loaded, on one core. For questions the
snapshot of these records is asked: ranking with a filter, arranging by city and counting facets are
timed one by one, and the whole `ask` beside the bare ranking. Figures are medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from indexer.linking import PlaceFinder
from indexer.snapshot.passages import Passages
from indexer.snapshot.snapshot import open_snapshot
from search_api.engine.facets import Facets
from search_api.engine.filters import Filters, select
from search_api.engine.grouping import spread
from search_api.engine.searcher import Searcher
from search_api.evaluation.retrieval import prepared_corpus
from search_api.settings import read_settings

RUNS = 5
RECORDS = Path("../shared/eval/city_measures")
QUESTIONS = (
    "which cities shut nurseries?",
    "how did cities keep markets open?",
    "masks in buses and trams",
    "What did Paris do for its schools?",
)
FILTERS = (
    Filters(),
    Filters(country=("FR",)),
    Filters(region=("Latin America",), since="2020-06"),
    Filters(city=("Astana", "Kyiv"), until="2021"),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, default=RECORDS, help="folder with corpus.jsonl")
    options = parser.parse_args()
    if not options.records.is_dir():
        print(f"{options.records}: no such folder; name one with --records")
        return
    index = _indexed(options.records)
    milliseconds, passages = linking(index)
    print(f"linking {passages:,} passages: {milliseconds:.3f} ms a passage")
    for name, value in asking(index).items():
        print(f"{name}: {value:.3f} ms")


def _indexed(records: Path) -> Path:
    from search_api.cli.index import build_index

    corpus = prepared_corpus(records, read_settings().cache, metadata=True)
    build_index(corpus, corpus.parent / "index", None, keep_going=True)
    return corpus.parent / "index"


def linking(index: Path) -> tuple[float, int]:
    """Milliseconds for each passage, and how many there are."""
    snapshot = open_snapshot(index)
    documents = list(Passages(snapshot.path / "passages.sqlite").by_document())
    finder = PlaceFinder()
    finder.gazetteer.places()

    def link() -> None:
        for metadata, passages in documents:
            list(finder.find(metadata, passages))

    return _median([link]) / snapshot.manifest.passages, snapshot.manifest.passages


def asking(index: Path) -> dict[str, float]:
    """Milliseconds of each part, median over questions and filters."""
    searcher = Searcher(open_snapshot(index))
    snapshot = searcher.snapshot
    places, labels = snapshot.places, snapshot.labels
    facets = Facets(places, labels)
    ranked = [searcher.rank(question, 200).rows.tolist() for question in QUESTIONS]
    selections = [select(filters, places, labels) for filters in FILTERS]
    document_of = snapshot.columns.documents.tolist()
    parts: dict[str, list[Callable[[], object]]] = {
        "filters": [lambda f=f: select(f, places, labels) for f in FILTERS],  # type: ignore[misc]
        "facets under filters": [
            lambda s=s: facets.under(s)  # type: ignore[misc]
            for s in selections
        ],
        "grouping": [
            lambda r=r: spread(r, {row: document_of[row] for row in r})  # type: ignore[misc]
            for r in ranked
        ],
    }
    found = {name: _median(calls) for name, calls in parts.items()}
    found["filters, facets and grouping together"] = sum(found.values())
    found["ranking alone"] = _median(
        [lambda q=q: searcher.rank(q, 200) for q in QUESTIONS]  # type: ignore[misc]
    )
    found["a whole answer of ten excerpts"] = _median(
        [
            lambda q=q, f=f: searcher.ask(q, filters=f)  # type: ignore[misc]
            for q, f in zip(QUESTIONS, FILTERS, strict=True)
        ]
    )
    return found


def _median(calls: Sequence[Callable[[], object]]) -> float:
    """Median over runs, in milliseconds, of the mean over calls."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        for call in calls:
            call()
        times.append((time.perf_counter() - began) * 1000 / len(calls))
    return statistics.median(times)


if __name__ == "__main__":
    main()
