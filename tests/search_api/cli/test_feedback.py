from __future__ import annotations

import json
from pathlib import Path

import pytest

from search_api.cli import run
from search_api.feedback import record
from tests.search_api.test_feedback import FIRST, SECOND


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "said.sqlite"
    monkeypatch.setenv("CITYWISE_FEEDBACK", str(path))
    record(path, FIRST)
    record(path, SECOND)
    return path


def test_what_is_kept_comes_as_a_table_that_no_spreadsheet_runs(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["feedback"]) == 0
    assert capsys.readouterr() == (
        "day,question,passage,snapshot,useful\n"
        "2026-11-21,who gave out masks? ✂,5f9a7e286c66c7e1,27da3ac867100f5c,yes\n"
        "2026-11-22,'=1+1,b4db612d0372e11c,27da3ac867100f5c,no\n",
        "",
    )


def test_json_holds_it_as_it_was_said(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["feedback", "--file", str(kept), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(each["question"], each["useful"]) for each in said] == [
        ("who gave out masks? ✂", True),
        ("=1+1", False),
    ]


def test_where_nothing_is_kept_the_answer_is_no(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["feedback", "--file", str(tmp_path / "none")]) == 1
    out, said = capsys.readouterr()
    assert out == "day,question,passage,snapshot,useful\n"
    assert said.endswith("none: no feedback is kept there yet\n")


def test_a_file_of_another_kind_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").write_text("notes " * 100)
    assert run(["feedback", "--file", str(tmp_path / "notes")]) == 2
    assert "notes: no record of feedback" in capsys.readouterr().err
