from __future__ import annotations

import json
from pathlib import Path

import ir_measures
import pytest

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.snapshot import open_snapshot
from search_api.cli import run
from search_api.engine.searcher import Searcher
from search_api.evaluation.dataset import read_judged, read_lines
from search_api.evaluation.retrieval import DEPTH, prepared_corpus

pytestmark = [pytest.mark.model, pytest.mark.shared, pytest.mark.gazetteer]

FLOORS = {"alias": 0.90, "place": 0.85, "topic": 0.5}
"""nDCG@10 by kind of question. Plain fusion without places: .31, .65 and .45."""


@pytest.fixture(scope="module", params=[False, True], ids=["titles alone", "with metadata"])
def measures(request: pytest.FixtureRequest, shared: Path, cache: Path) -> Searcher:
    dataset = shared / "eval" / "city_measures"
    corpus = prepared_corpus(dataset, cache, metadata=request.param)
    index = corpus.parent / "index"
    build(Recipe(corpus, index, cache, keep_going=True))
    return Searcher(open_snapshot(index))


@pytest.mark.parametrize("kind", FLOORS)
def test_records_of_a_place_are_found_under_any_of_its_names(
    kind: str, measures: Searcher, shared: Path
) -> None:
    dataset = shared / "eval" / "city_measures"
    kinds = {row["_id"]: row["kind"] for _, row in read_lines(dataset / "queries.jsonl")}
    judged = read_judged(dataset)
    documents = measures.snapshot.passages.document_ids()
    ranked: dict[str, dict[str, float]] = {}
    for query, text in judged.queries.items():
        if kinds[query] == kind:
            ranking = measures.rank(text, DEPTH, depth=DEPTH)
            found = ranked.setdefault(query, {})
            for row, score in zip(ranking.rows.tolist(), ranking.scores.tolist(), strict=True):
                found.setdefault(documents[row], score)
    qrels = {query: judged.qrels[query] for query in ranked}
    measure = ir_measures.nDCG @ 10
    value = ir_measures.calc_aggregate([measure], qrels, ranked)[measure]
    print(f"\n{kind}: nDCG@10 {value:.4f} over {len(ranked)} questions")  # noqa: T201
    assert value >= FLOORS[kind]


def test_the_answer_holds_the_city_that_did_it(
    shared: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(Recipe(shared / "sources", tmp_path / "index", cache))
    assert run(["eval", str(shared / "eval" / "sources"), "--index", str(tmp_path / "index"),
                "--json"]) == 0  # fmt: skip
    assert json.loads(capsys.readouterr().out)["metrics"]["city_hit_rate"] >= 0.95
