from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.laboratory.collections import Collection, sampled, without_contexts
from benchmarks.laboratory.marking import measure_marking
from benchmarks.laboratory.measurement import measure
from benchmarks.laboratory.report import plot, show, write_json
from benchmarks.laboratory.selection import chosen, grid, measure_grid, show_chosen
from benchmarks.laboratory.significance import interval
from benchmarks.laboratory.variants import VARIANTS
from search_api.engine.searcher import Searcher
from search_api.engine.stages import Stages
from search_api.evaluation.dataset import Judged

JUDGED = Judged(
    {"q1": "water tanks truck", "q2": "bicycle lanes in lima", "q3": "food baskets in quarantine"},
    {"q1": {"durban-note": 1}, "q2": {"lima-bikes": 1}, "q3": {"quito-food": 1}},
)


@pytest.fixture
def collection(searcher: Searcher, tmp_path: Path) -> Collection:
    documents = np.array(searcher.snapshot.passages.document_ids())
    return Collection("tiny", tmp_path, searcher, without_contexts(searcher), documents, JUDGED)


def test_a_gain_of_every_question_is_certain_and_one_of_few_is_not() -> None:
    assert interval([0.5, 0.25, 0.0], [0.75, 0.5, 0.25]) == (0.25, 0.25)
    low, high = interval([0.0] * 10, [1.0] + [0.0] * 9)
    assert low == 0.0
    assert 0.2 <= high <= 0.4


def test_the_sample_is_the_same_every_time_and_keeps_the_order() -> None:
    some = sampled(JUDGED, 2)
    assert list(some.queries) == [query for query in JUDGED.queries if query in some.queries]
    assert some.qrels.keys() == some.queries.keys()
    assert sampled(JUDGED, 2) == some
    assert sampled(JUDGED, 9) == JUDGED


def test_every_way_of_ranking_is_measured_kept_and_drawn(
    collection: Collection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = measure(collection, VARIANTS)
    assert [row.variant for row in rows] == [variant.name for variant in VARIANTS]
    lexical = next(row for row in rows if row.variant == "lexical")
    assert lexical.metrics == {"nDCG@10": 1.0, "R@100": 1.0, "RR@10": 1.0}
    show(rows, None)
    assert "tiny (3)" in capsys.readouterr().out
    write_json(rows, None, tmp_path / "rows.json")
    kept = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert kept["ranking"][1]["metrics"] == lexical.metrics
    plot(rows, tmp_path / "rows.svg")
    assert "nDCG@10" in (tmp_path / "rows.svg").read_text(encoding="utf-8")


def test_marks_are_counted_where_one_sentence_holds_the_answer(collection: Collection) -> None:
    assert measure_marking(collection) is None
    answers = [("q1", "durban-note", "Water tanks came"), ("q1", "durban-note", "by boat")]
    lines = [
        json.dumps({"query-id": query, "corpus-id": document, "text": text})
        for query, document, text in answers
    ]
    (collection.folder / "answers.jsonl").write_text("\n".join(lines), encoding="utf-8")
    asked = [json.dumps({"_id": query, "text": text}) for query, text in JUDGED.queries.items()]
    (collection.folder / "queries.jsonl").write_text("\n".join(asked), encoding="utf-8")
    marked = measure_marking(collection)
    assert marked is not None
    assert marked.questions == 1
    assert list(marked.shares) == [
        "first sentence", "sentence embeddings", "shared words", "tokens, full", "tokens, one bit",
        "marked",
    ]  # fmt: skip
    shares = [marked.shares[way] for way in ("first sentence", "shared words", "marked")]
    assert shares == [0.0, 1.0, 1.0]
    assert marked.gains["first sentence"] == (1.0, 1.0)


def test_a_set_has_no_say_in_the_weights_that_it_is_measured_with(
    collection: Collection, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measure_grid(collection, grid()[:2])
    assert list(found) == ["fusion", "tokens 0.3, neighbours 0.0"]
    assert all(0 < value <= 1 for value in found.values())
    shipped = f"tokens {Stages().late}, neighbours {Stages().neighbours}"
    assert shipped in [variant.name for variant in grid()]
    measured = {
        "medline": {"fusion": 0.8, shipped: 0.7},
        "squad_dev": {"fusion": 0.1, shipped: 0.9},
        "xquad_en": {"fusion": 0.1, shipped: 0.9},
    }
    assert chosen(measured) == {
        "medline": shipped, "squad_dev": "fusion", "xquad_en": "fusion"
    }  # fmt: skip
    show_chosen(measured)
    said = [line.split() for line in capsys.readouterr().out.splitlines() if "medline" in line]
    assert said == [["│", "medline", "│", *shipped.split(), "│", "0.8000", "│", "0.7000", "│",
                     "0.7000", "│"]]  # fmt: skip
