from __future__ import annotations

import json
from collections.abc import Callable
from math import log2
from pathlib import Path
from typing import Any

import pytest

from indexer.snapshot.snapshot import open_snapshot
from search_api.cli import run
from search_api.engine.searcher import Searcher
from search_api.evaluation.dataset import CORPUS, Judged
from search_api.evaluation.retrieval import measure, metrics, percentiles, prepared_corpus
from tests.conftest import BuildTiny

RECORDS: list[dict[str, Any]] = [
    {"_id": "d1", "title": "Tanks", "text": "Water tanks came by truck.",
     "metadata": {"colour": "purple", "kind": "report"}},
    {"_id": "d2", "title": "", "text": "Bicycle lanes in Lima."},
    {"_id": "d3", "title": "", "text": "Markets for food. 🚲"},
]  # fmt: skip

# By words alone q1 finds d1, q2 does not find d3, and q3 finds d1 in its metadata only.
QUERIES = [("q1", "water tanks", "d1"), ("q2", "bicycle lanes", "d3"), ("q3", "purple", "d1")]


def write_set(folder: Path, queries: list[tuple[str, str, str]], *, corpus: bool = True) -> Path:
    folder.mkdir()
    if corpus:
        lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
        (folder / CORPUS).write_text("\n".join(lines), encoding="utf-8")
    asked = [json.dumps({"_id": name, "text": text}) for name, text, _ in queries]
    asked.insert(1, json.dumps({"_id": "q0", "text": "never judged"}))
    (folder / "queries.jsonl").write_text("\n".join(asked), encoding="utf-8")
    judged = ["query-id\tcorpus-id\tscore", *(f"{name}\t{found}\t1" for name, _, found in queries)]
    (folder / "qrels.tsv").write_text("\n".join(judged), encoding="utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_set(tmp_path / "small", QUERIES)


Evaluate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evaluate(
    tiny_model: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Evaluate:
    """Run `citywise eval` with the tiny model: exit status, stdout and stderr."""
    monkeypatch.setenv("CITYWISE_CACHE", str(cache))
    monkeypatch.delenv("COLUMNS", raising=False)

    def run_it(dataset: Path, *options: object) -> tuple[int, str, str]:
        status = run(["eval", str(dataset), "--model", str(tiny_model), *map(str, options)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_it


def measured(evaluate: Evaluate, dataset: Path, *options: object) -> dict[str, Any]:
    status, out, err = evaluate(dataset, "--json", *options)
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize(
    ("run", "qrels", "ndcg", "recall", "rr"),
    [
        ({"d1": 3.0, "d2": 2.0}, {"d1": 1}, 1.0, 1.0, 1.0),
        ({"d1": 3.0, "d2": 2.0}, {"d2": 1}, 1 / log2(3), 1.0, 0.5),
        ({"d1": 3.0, "d2": 2.0}, {"d2": 1, "d9": 1}, 1 / log2(3) / (1 + 1 / log2(3)), 0.5, 0.5),
        # graded: gains 1 then 2 where 2 then 1 would be best
        ({"b": 2.0, "a": 1.0}, {"a": 2, "b": 1},
         (1 + 2 / log2(3)) / (2 + 1 / log2(3)), 1.0, 1.0),
        ({f"d{n:02}": -float(n) for n in range(12)}, {"d10": 1}, 0.0, 1.0, 0.0),
        ({f"d{n:02}": -float(n) for n in range(12)}, {"d09": 1}, 1 / log2(11), 1.0, 0.1),
        ({"d1": 1.0}, {"d9": 1}, 0.0, 0.0, 0.0),
    ],
)  # fmt: skip
def test_metrics_are_those_computed_by_hand(
    run: dict[str, float], qrels: dict[str, int], ndcg: float, recall: float, rr: float
) -> None:
    found = metrics({"q": run}, Judged({"q": "?"}, {"q": qrels}))
    expected = {"nDCG@10": round(ndcg, 4), "R@100": recall, "RR@10": rr}
    assert list(found) == list(expected)
    assert found == pytest.approx(expected, abs=1e-9)


def test_a_query_that_finds_nothing_counts_as_zero() -> None:
    judged = Judged({"a": "?", "b": "?", "c": "?"}, {q: {"d1": 1} for q in "abc"})
    found = metrics({"a": {"d1": 1.0}, "b": {}}, judged)
    assert found == {"nDCG@10": 0.3333, "R@100": 0.3333, "RR@10": 0.3333}


def test_latencies_are_interpolated_between_the_measured_ones() -> None:
    assert percentiles([4.0, 1.0, 3.0, 2.0]) == {"p50": 2.5, "p95": 3.85, "p99": 3.97}
    assert percentiles([7.0]) == {"p50": 7.0, "p95": 7.0, "p99": 7.0}


def test_a_document_is_ranked_once_by_its_best_passage(
    tmp_path: Path, build_tiny: BuildTiny
) -> None:
    records = [
        {"id": "long", "text": "Water tanks.", "challenge": "Water tanks leaked."},
        {"id": "short", "text": "Seven tanks stood on the market square of Lima for a week."},
    ]
    lines = "\n".join(json.dumps({**record, "language": "en"}) for record in records)
    (tmp_path / "records.jsonl").write_text(lines, encoding="utf-8")
    build_tiny(tmp_path / "records.jsonl", tmp_path / "index")
    judged = Judged({"q": "water tanks"}, {"q": {"short": 1}})
    found = measure(open_snapshot(tmp_path / "index"), judged, "lexical")
    # both passages of the long document go before the short one, which is second nonetheless
    assert found["metrics"] == {"nDCG@10": 0.6309, "R@100": 1.0, "RR@10": 0.5}
    assert (found["index"]["documents"], found["index"]["passages"]) == (2, 3)


@pytest.mark.parametrize("metadata", [False, True])
def test_the_records_are_written_for_the_ordinary_reader(
    metadata: bool, small: Path, tmp_path: Path
) -> None:
    path = prepared_corpus(small, tmp_path / "cache", metadata=metadata)
    written = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    without = [{k: v for k, v in record.items() if k != "metadata"} for record in RECORDS]
    assert written == (RECORDS if metadata else without)
    assert path.name == CORPUS
    other = prepared_corpus(small, tmp_path / "cache", metadata=not metadata)
    assert other.parent != path.parent


def test_the_result_is_one_object_with_the_promised_names(
    evaluate: Evaluate, small: Path, tiny_model: Path
) -> None:
    found = measured(evaluate, small, "--mode", "lexical")
    assert list(found) == ["dataset", "metrics", "latency_ms", "index"]
    assert found["dataset"] == "small"
    assert found["metrics"] == {"nDCG@10": 0.3333, "R@100": 0.3333, "RR@10": 0.3333}
    latency = found["latency_ms"]
    assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"]
    index = found["index"]
    assert index["model"] == str(tiny_model)
    assert (index["documents"], index["passages"]) == (3, 3)


def test_metadata_is_searchable_only_when_asked_for(evaluate: Evaluate, small: Path) -> None:
    found = measured(evaluate, small, "--mode", "lexical", "--filter-metadata")
    assert found["metrics"] == {"nDCG@10": 0.6667, "R@100": 0.6667, "RR@10": 0.6667}


@pytest.mark.parametrize("mode", ["dense", "hybrid"])
def test_the_dense_side_ranks_every_document(mode: str, evaluate: Evaluate, small: Path) -> None:
    found = measured(evaluate, small, "--mode", mode)
    assert found["metrics"]["R@100"] == 1.0
    assert found["metrics"]["RR@10"] >= 1 / 3


@pytest.mark.parametrize(("limit", "value"), [(1, 1.0), (2, 0.5), (3, 0.3333), (99, 0.3333)])
def test_the_first_judged_queries_are_asked(
    limit: int, value: float, evaluate: Evaluate, small: Path
) -> None:
    found = measured(evaluate, small, "--mode", "lexical", "--limit", limit)
    assert found["metrics"] == {"nDCG@10": value, "R@100": value, "RR@10": value}


def test_queries_of_another_folder_are_asked_of_the_same_corpus(
    evaluate: Evaluate, small: Path, tmp_path: Path
) -> None:
    others = write_set(
        tmp_path / "others", [("x", "lima", "d2"), ("y", "food", "d3")], corpus=False
    )
    found = measured(evaluate, small, "--mode", "lexical", "--queries", others)
    assert (found["dataset"], found["index"]["documents"]) == ("small", 3)
    assert found["metrics"] == {"nDCG@10": 1.0, "R@100": 1.0, "RR@10": 1.0}


def test_an_unchanged_corpus_is_not_indexed_again_and_a_changed_one_is(
    evaluate: Evaluate, small: Path
) -> None:
    first = measured(evaluate, small)["index"]
    assert measured(evaluate, small)["index"] == first
    with (small / CORPUS).open("a", encoding="utf-8") as file:
        file.write('\n{"_id": "d4", "text": "A fourth one."}')
    again = measured(evaluate, small)["index"]
    assert again["documents"] == 4
    assert again["id"] != first["id"]


def test_a_table_for_readers_has_the_numbers_and_no_trailing_space(
    evaluate: Evaluate, small: Path
) -> None:
    status, out, err = evaluate(small, "--mode", "lexical")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].rstrip() == "small: 3 documents, 3 passages"
    names = lines[2].replace("┃", " ").split()
    assert names == ["nDCG@10", "R@100", "RR@10", "p50", "p95", "p99"]
    assert lines[4].replace("│", " ").split()[:3] == ["0.3333"] * 3
    assert [line for line in lines if line != line.rstrip()] == []


def test_records_that_cannot_be_read_are_named_and_left_out(
    evaluate: Evaluate, small: Path
) -> None:
    with (small / CORPUS).open("a", encoding="utf-8") as file:
        file.write('\n{"_id": "d1", "text": "A second first one."}\n{"_id": "d5", "text": ""}')
    status, out, err = evaluate(small, "--json")
    assert status == 0
    assert json.loads(out)["index"]["documents"] == 3
    doubled, empty = err.splitlines()
    assert doubled.startswith("Skipped: corpus.jsonl, line 4: id 'd1' is already that of ")
    assert empty.startswith("Skipped: corpus.jsonl, line 5: holds no text")


@pytest.mark.parametrize("row", ["[1, 2]", '"text"', '{"_id": "d4", "text": "\\ud83d half"}'])
def test_a_row_that_is_no_record_is_named_by_its_line(
    row: str, evaluate: Evaluate, small: Path
) -> None:
    with (small / CORPUS).open("a", encoding="utf-8") as file:
        file.write(f"\n{row}")
    status, _, err = evaluate(small, "--json")
    assert status in (0, 2)
    assert "corpus.jsonl, line 4: " in err


def test_a_row_that_is_no_json_is_named_by_its_line(evaluate: Evaluate, small: Path) -> None:
    with (small / CORPUS).open("a", encoding="utf-8") as file:
        file.write("\n{")
    status, out, err = evaluate(small)
    assert (status, out) == (2, "")
    assert err.startswith(f"citywise: {small / CORPUS}, line 4: no valid JSON in UTF-8: ")


def test_a_query_with_half_a_character_meets_no_traceback(evaluate: Evaluate, small: Path) -> None:
    path = small / "queries.jsonl"
    text = path.read_text(encoding="utf-8").replace("bicycle", "\\ud83d")
    path.write_text(text, encoding="utf-8")
    status, _, err = evaluate(small, "--json")
    assert status in (0, 2)
    assert status == 0 or err.startswith("citywise: ")


def test_a_cache_that_cannot_be_written_is_one_sentence(
    evaluate: Evaluate, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    monkeypatch.setenv("CITYWISE_CACHE", str(tmp_path / "taken"))
    status, out, err = evaluate(small)
    assert (status, out) == (2, "")
    assert err.startswith(f"citywise: {tmp_path / 'taken'}")


def test_a_folder_that_is_no_test_set_is_named(evaluate: Evaluate, tmp_path: Path) -> None:
    reason = "holds neither corpus.jsonl nor questions.jsonl, so it is no test set"
    assert evaluate(tmp_path) == (2, "", f"citywise: {tmp_path}: {reason}\n")


def test_questions_are_asked_of_the_given_index(
    evaluate: Evaluate, built: Path, searcher: Searcher, tmp_path: Path
) -> None:
    texts = [result.text for result in searcher.ask("water").results]
    questions = [
        {"question": "water", "answerable": True, "evidence": [texts[0]]},
        {"question": "water", "answerable": True, "evidence": [texts[2]]},
        {"question": "water", "answerable": False, "evidence": None},
    ]
    lines = "\n".join(map(json.dumps, questions))
    (tmp_path / "questions.jsonl").write_text(lines, encoding="utf-8")
    found = measured(evaluate, tmp_path, "--index", built)
    assert list(found) == ["dataset", "metrics", "latency_ms", "index"]
    assert found["dataset"] == tmp_path.name
    hits = {name: found["metrics"][name] for name in ("hit@1", "hit@3")}
    assert hits == {"hit@1": 0.5, "hit@3": 1.0}
    certain = ["AUROC", "wrong_strong", "wrong_none", "Brier"]
    assert list(found["metrics"]) == [*hits, *certain]
    assert found["index"] == searcher.ask("water").index.model_dump()
    first = measured(evaluate, tmp_path, "--index", built, "--limit", 1)
    assert first["metrics"].items() >= {"hit@1": 1.0, "hit@3": 1.0}.items()
    assert "AUROC" not in first["metrics"]


def test_questions_without_an_index_are_wrong_use(evaluate: Evaluate, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text("{}", encoding="utf-8")
    status, out, err = evaluate(tmp_path, "--index", tmp_path / "nowhere")
    assert (status, out) == (2, "")
    assert err.startswith(f"citywise: {tmp_path / 'nowhere'}: no index here; build one")
