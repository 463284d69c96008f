from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from indexer.errors import SettingsError
from search_api.http import rates
from search_api.http.rates import Rates, SharedCounts


def take_some(path: Path) -> int:
    """In a process of its own: how many of ten requests are let in."""
    counted = Rates(path)
    return sum(not counted.take("25/day", "visitor").spent for _ in range(10))


def test_processes_count_together(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "requests.sqlite"
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as workers:
        taken = list(workers.map(take_some, [path] * 3))
    assert sum(taken) == 25
    last = Rates(path).take("25/day", "visitor")
    assert (last.quota, last.window, last.left, last.spent) == (25, 86400, 0, True)
    assert 86390 < last.reset <= 86400


def test_a_window_begins_with_the_first_request_and_ends(tmp_path: Path) -> None:
    counted = Rates(tmp_path / "requests.sqlite")
    began = time.monotonic()
    shares = [counted.take("2/second", "a") for _ in range(3)]
    assert [(share.left, share.reset, share.spent) for share in shares] == [
        (1, 1, False),
        (0, 1, False),
        (0, 1, True),
    ]
    assert shares[1].headers() == {
        "RateLimit-Policy": '"visitor";q=2;w=1',
        "RateLimit": '"visitor";r=0;t=1',
    }
    assert shares[2].headers()["Retry-After"] == "1"
    assert counted.take("2/second", "another").left == 1
    time.sleep(max(0.0, began + 1.05 - time.monotonic()))
    assert not counted.take("2/second", "a").spent


def test_counts_that_are_over_are_cleared_away_and_hold_no_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "requests.sqlite"
    counted, held = Rates(path), SharedCounts(path)
    counted.take("1/second", "192.0.2.7")
    assert b"192.0.2.7" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert path.stat().st_mode & 0o077 == 0
    with sqlite3.connect(path) as database:
        database.execute("UPDATE counts SET expires = expires - 2")
    database.close()
    monkeypatch.setattr(rates, "SWEPT", 1)
    counted.take("1/day", "b")
    assert held.reset() == 1
    assert held.check()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SettingsError, match=r"requests cannot be counted there .*CITYWISE_CACHE"):
        Rates(tmp_path / "file" / "requests.sqlite")
