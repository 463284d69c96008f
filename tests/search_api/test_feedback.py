from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from indexer.errors import FeedbackError
from search_api import feedback
from search_api.feedback import Entry, entries, record, writable

FIRST = Entry("2026-11-21", "who gave out masks? ✂", "5f9a7e286c66c7e1", "27da3ac867100f5c", True)
SECOND = Entry("2026-11-22", "=1+1", "b4db612d0372e11c", "27da3ac867100f5c", False)


def test_entries_are_kept_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "said.sqlite"
    assert list(entries(path)) == []
    for entry in (FIRST, SECOND):
        record(path, entry)
    assert list(entries(path)) == [FIRST, SECOND]


def test_nothing_but_question_passage_snapshot_day_and_word_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "said.sqlite"
    record(path, FIRST)
    with sqlite3.connect(path) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(feedback)")]
    database.close()
    assert columns == ["day", "question", "passage", "snapshot", "useful"]


def test_a_full_file_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "said.sqlite"
    monkeypatch.setattr(feedback, "MOST", 1)
    record(path, FIRST)
    with pytest.raises(FeedbackError, match=r"said\.sqlite: holds 1 entries and takes no more; "):
        record(path, SECOND)
    assert list(entries(path)) == [FIRST]


def test_where_nothing_can_be_written_the_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(FeedbackError, match=r"cannot be written there .*; set CITYWISE_FEEDBACK"):
        record(tmp_path / "file" / "said.sqlite", FIRST)


def test_a_file_of_another_kind_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, " * 100)
    with pytest.raises(FeedbackError, match=r"notes\.txt: no record of feedback \(file is not a"):
        list(entries(path))


def test_whether_a_place_can_be_written_is_seen_without_writing(tmp_path: Path) -> None:
    assert writable(tmp_path / "a" / "b" / "said.sqlite")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("x")
    assert not writable(tmp_path / "file" / "said.sqlite")
    assert not writable(tmp_path)
    record(tmp_path / "said.sqlite", FIRST)
    assert writable(tmp_path / "said.sqlite")
