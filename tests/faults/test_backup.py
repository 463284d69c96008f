"""A copy of an index is an index: at another path, on another disk, for other processes."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from indexer.snapshot.folder import IndexFolder
from search_api.cli import run
from tests.served import Served, serving

QUESTIONS = [
    {"q": "how did cities handle informal settlements?"},
    {"q": "water tanks", "k": "3", "group": "none"},
    {"q": "food", "country": "EC"},
    {"q": "bicycle lanes in Lima", "since": "2020"},
    {"q": "caisses de nourriture à Quito"},
    {"q": "quantum chromodynamics"},
]

ADDRESSES = (
    "/v1/documents",
    "/v1/cities",
    "/v1/coverage",
    "/v1/suggest?q=wa",
    "/v1/timeline?q=water",
)

pytestmark = pytest.mark.faults


def answers(served: Served) -> list[Any]:
    """What a server says to every question, but for how long it took."""
    with httpx2.Client(base_url=served.url, timeout=30) as client:
        found = [client.get("/v1/search", params=question) for question in QUESTIONS]
        found += [client.get(address) for address in ADDRESSES]
    assert [each.status_code for each in found] == [200] * len(found)
    told = [each.json() for each in found]
    return [{**each, "timings_ms": None} if isinstance(each, dict) else each for each in told]


def test_a_backup_answers_alike_at_another_path_with_other_processes(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, moved = tmp_path / "backup.tar", tmp_path / "elsewhere" / "deep" / "índice"
    with tarfile.open(copy, "w") as archive:
        archive.add(built, "index")
    with tarfile.open(copy) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    moved.parent.mkdir(parents=True)
    shutil.move(tmp_path / "unpacked" / "index", moved)
    assert run(["verify", "--index", str(moved)]) == 0
    assert IndexFolder(moved).published().manifest == IndexFolder(built).published().manifest

    (tmp_path / "one").mkdir()
    (tmp_path / "three").mkdir()
    with serving(built, tmp_path / "one") as served:
        expected = answers(served)
    assert any(each["results"] for each in expected[: len(QUESTIONS)])
    with serving(moved, tmp_path / "three", workers=3) as served:
        for _ in range(3):  # of three processes, any may answer
            assert answers(served) == expected


def test_keys_and_feedback_are_copied_while_they_are_in_use(tmp_path: Path) -> None:
    from search_api.feedback import Entry, entries, record
    from search_api.keys import KeyFile, Terms, create

    kept, copy = tmp_path / "feedback.sqlite", tmp_path / "feedback.copy"
    keys, others = tmp_path / "keys.sqlite", tmp_path / "keys.copy"
    secret, key = create(keys, Terms())
    entry = Entry("2020-03-25", "water", "p1", "0" * 16, True)
    record(kept, entry)
    for file, beside in ((kept, copy), (keys, others)):
        with closing(sqlite3.connect(file)) as found, closing(sqlite3.connect(beside)) as target:
            found.backup(target)
    assert list(entries(copy)) == [entry]
    assert KeyFile(others).find(secret) == key
