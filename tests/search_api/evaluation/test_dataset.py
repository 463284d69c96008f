from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.errors import DatasetError
from search_api.evaluation.dataset import (
    QRELS,
    QUERIES,
    QUESTIONS,
    Judged,
    Question,
    read_judged,
    read_lines,
    read_questions,
)

THREE = """\
{"_id": "q3", "text": "third"}

{"_id": "q1", "text": "première 🚲"}
{"_id": "q2", "text": "unjudged"}
"""
HEADER = "query-id\tcorpus-id\tscore\n"


def beir(folder: Path, queries: str, qrels: str) -> Path:
    (folder / QUERIES).write_text(queries, encoding="utf-8", newline="")
    (folder / QRELS).write_text(qrels, encoding="utf-8", newline="")
    return folder


def asked(folder: Path, questions: str) -> Path:
    (folder / QUESTIONS).write_text(questions, encoding="utf-8")
    return folder


def test_judged_queries_come_in_the_order_of_their_file(tmp_path: Path) -> None:
    folder = beir(tmp_path, THREE, HEADER + "q1\td1\t1\nq1\td 2\t2\nq3\td1\t1\n")
    judged = read_judged(folder)
    assert judged == Judged(
        queries={"q3": "third", "q1": "première 🚲"},
        qrels={"q3": {"d1": 1}, "q1": {"d1": 1, "d 2": 2}},
    )
    assert list(judged.queries) == ["q3", "q1"]


def test_a_query_whose_judgments_are_all_zero_is_not_judged(tmp_path: Path) -> None:
    folder = beir(tmp_path, THREE, HEADER + "q1\td1\t0\nq1\td2\t-1\nq3\td1\t0\nq3\td2\t1\n")
    assert read_judged(folder) == Judged({"q3": "third"}, {"q3": {"d2": 1}})


@pytest.mark.parametrize(("limit", "kept"), [(1, ["q3"]), (2, ["q3", "q1"]), (9, ["q3", "q1"])])
def test_a_limit_keeps_the_first_judged_queries(
    limit: int, kept: list[str], tmp_path: Path
) -> None:
    folder = beir(tmp_path, THREE, HEADER + "q1\td1\t1\nq3\td1\t1\n")
    judged = read_judged(folder, limit)
    assert list(judged.queries) == list(judged.qrels) == kept


def test_line_ends_of_windows_and_numbers_as_ids_are_read(tmp_path: Path) -> None:
    folder = beir(tmp_path, '{"_id": 7, "text": "x"}\r\n', HEADER.replace("\n", "\r\n") + "7\t8\t1")
    assert read_judged(folder) == Judged({"7": "x"}, {"7": {"8": 1}})


def test_a_judgment_of_a_query_without_text_is_passed_over(tmp_path: Path) -> None:
    folder = beir(tmp_path, THREE, HEADER + "q1\td1\t1\nq99\td1\t1\n")
    assert read_judged(folder).qrels == {"q1": {"d1": 1}}


def test_without_a_judged_query_there_is_nothing_to_measure(tmp_path: Path) -> None:
    folder = beir(tmp_path, THREE, HEADER + "q99\td1\t1\n")
    message = f"^{re.escape(str(folder))}: no query of queries.jsonl is judged in qrels.tsv$"
    with pytest.raises(DatasetError, match=message):
        read_judged(folder)


@pytest.mark.parametrize("name", [QUERIES, QRELS])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    folder = beir(tmp_path, THREE, HEADER + "q1\td1\t1\n")
    (folder / name).unlink()
    message = f"^{re.escape(str(folder / name))}: missing; a test set needs this file$"
    with pytest.raises(DatasetError, match=message):
        read_judged(folder)


@pytest.mark.parametrize("name", [QUERIES, QRELS])
def test_a_folder_in_place_of_a_file_is_named(name: str, tmp_path: Path) -> None:
    folder = beir(tmp_path, THREE, HEADER + "q1\td1\t1\n")
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(DatasetError, match=re.escape(str(folder / name))):
        read_judged(folder)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"_id": "q2", "text": ', r"line 2: no valid JSON in UTF-8: "),
        ('{"text": "x"}', r"line 2: no field '_id'"),
        ('{"_id": "q2"}', r"line 2: no field 'text'"),
        ('["q2", "x"]', r"line 2: one JSON object a line is expected$"),
        ("null", r"line 2: one JSON object a line is expected$"),
    ],
)
def test_a_malformed_query_names_its_line(line: str, message: str, tmp_path: Path) -> None:
    folder = beir(tmp_path, f'{{"_id": "q1", "text": "x"}}\n{line}\n', HEADER + "q1\td1\t1\n")
    with pytest.raises(DatasetError, match=f"^{re.escape(str(folder / QUERIES))}, {message}"):
        read_judged(folder)


@pytest.mark.parametrize(
    ("qrels", "line"),
    [
        (HEADER + "q1\td1\t1\nq1\td2\n", 3),
        (HEADER + "q1\td1\tgood\n", 2),
        (HEADER + "q1\td1\t0.5\n", 2),
        (HEADER + "q1 d1 1\n", 2),
        ("q1\td1\t1\nq1\td2\t1\n", 2),
        ("qid\tdoc\tscore\nq1\td1\t1\n", 2),
    ],
)
def test_a_malformed_judgment_names_its_line_and_what_is_expected(
    qrels: str, line: int, tmp_path: Path
) -> None:
    folder = beir(tmp_path, THREE, qrels)
    expected = (
        f"{folder / QRELS}, line {line}: expected `query-id`, `corpus-id` and a whole `score`, "
        "parted by tabs, under a header with these names"
    )
    with pytest.raises(DatasetError, match=f"^{re.escape(expected)}$"):
        read_judged(folder)


def test_bytes_that_are_no_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    folder = beir(tmp_path, "", HEADER + "q1\td1\t1\n")
    (folder / QUERIES).write_bytes(b'{"_id": "q1", "text": "x"}\n{"_id": "q2", "text": "\xe9"}\n')
    with pytest.raises(DatasetError, match=rf"{QUERIES}, line 2: .*(utf-8|UTF-8)"):
        read_judged(folder)


def test_questions_are_read_with_their_evidence(tmp_path: Path) -> None:
    folder = asked(
        tmp_path,
        '{"id": "a", "question": "Who?", "answerable": true, "evidence": ["Ann", "Bob"], '
        '"cities": ["Lima"]}\n\n'
        '{"question": "Why?", "answerable": false, "evidence": []}\n'
        '{"question": "When?", "answerable": false}\n',
    )
    assert read_questions(folder) == [
        Question("a", "Who?", answerable=True, evidence=("Ann", "Bob"), cities=("Lima",)),
        Question("2", "Why?", answerable=False, evidence=()),
        Question("3", "When?", answerable=False, evidence=()),
    ]


def test_a_missing_file_of_questions_is_named(tmp_path: Path) -> None:
    message = f"^{re.escape(str(tmp_path / QUESTIONS))}: missing; a test set needs this file$"
    with pytest.raises(DatasetError, match=message):
        read_questions(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{'question': 'x'}", "no valid JSON in UTF-8: "),
        ('{"answerable": false}', "no field 'question'"),
        ('{"question": "x"}', "no field 'answerable'"),
        ('["x", true]', "one JSON object a line is expected$"),
        # any of these would be measured in silence, and wrongly
        ('{"question": "x", "answerable": "no"}', ".*answerable"),
        ('{"question": "x", "answerable": true, "evidence": "one string"}', ".*evidence"),
        ('{"question": "x", "answerable": true, "evidence": [46]}', ".*evidence"),
        ('{"question": "x", "answerable": true, "evidence": [" "]}', ".*evidence"),
        ('{"question": "x", "answerable": true}', ".*evidence"),
        ('{"question": "x", "answerable": false, "cities": "Lima"}', ".*cities"),
    ],
)
def test_a_malformed_question_names_its_line(line: str, message: str, tmp_path: Path) -> None:
    folder = asked(tmp_path, '{"question": "x", "answerable": false}\n' + line)
    with pytest.raises(
        DatasetError, match=f"^{re.escape(str(folder / QUESTIONS))}, line 2: {message}"
    ):
        read_questions(folder)


def test_lines_carry_their_place_and_blank_ones_count(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('\n{"a": 1}\n  \n{"a": 2}', encoding="utf-8")
    assert list(read_lines(path)) == [(f"{path}, line 2", {"a": 1}), (f"{path}, line 4", {"a": 2})]
