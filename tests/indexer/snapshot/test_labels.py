from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import DamagedError
from indexer.snapshot.labels import ACTED, FACETS, OWN, VALUES, Labels, days_of, write_labels

PAIRS = {name: [(0, "a"), (2, "a"), (2, "b")] for name in (*FACETS, ACTED, OWN)}


def day(year: int, month: int, day: int) -> int:
    return datetime.date(year, month, day).toordinal()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_labels(tmp_path / "labels", PAIRS, [(5, 6), (0, 0), (7, 7)])
    return tmp_path / "labels"


def test_labels_are_read_as_they_were_written(folder: Path) -> None:
    labels = Labels(folder, 3)
    assert list(labels.values("kind")) == ["a", "b"]
    assert labels.rows("kind", ["a"]).tolist() == [0, 2]
    assert labels.rows("kind", ["b", "a"]).tolist() == [0, 2]
    assert labels.rows("kind", ["nothing"]).tolist() == []
    assert labels.mask("kind", ["b"]).tolist() == [False, False, True]
    assert labels.of("kind", np.array([2, 1])) == {2: ["a", "b"]}
    assert labels.days.tolist() == [[5, 6], [0, 0], [7, 7]]


def test_labels_are_counted_over_all_passages_or_some(folder: Path) -> None:
    labels = Labels(folder, 3)
    assert labels.counts("topic") == {"a": 2, "b": 1}
    assert labels.counts("topic", np.array([True, True, False])) == {"a": 1}
    assert labels.counts("topic", np.array([False, True, False])) == {}


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2020", (2020, 1, 1), (2020, 12, 31)),
        ("2020-02", (2020, 2, 1), (2020, 2, 29)),
        ("2020-02-03", (2020, 2, 3), (2020, 2, 3)),
    ],
)
def test_a_reduced_date_may_mean_any_of_its_days(
    date: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert days_of(date) == (day(*first), day(*last))


@pytest.mark.parametrize("date", ["soon", "", "2020-13", "2020-02-30", "20-2-2-2x"])
def test_what_is_no_date_has_no_days(date: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        days_of(date)


@pytest.mark.parametrize("name", [VALUES, "city.npy", "days.npy"])
def test_labels_that_cannot_be_read_are_damaged(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"x")
    with pytest.raises(DamagedError, match="cannot be read; rebuild the index"):
        Labels(folder, 3)


def test_labels_of_another_index_are_damaged(folder: Path) -> None:
    with pytest.raises(DamagedError, match="cannot be read; rebuild the index"):
        Labels(folder, 4)
    labels = Labels(folder, 3)
    with pytest.raises(DamagedError, match="damaged; rebuild the index"):
        labels.counts("kind", np.array([True]))
