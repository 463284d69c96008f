from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import DamagedError
from indexer.snapshot.labels import FEW, KINDS, VALUES, Labels, LabelWriter, days_of

PASSAGES = [(["a"], (5, 6)), ([], (0, 0)), (["a", "b"], (7, 7))]
"""Labels, of every kind alike, and days."""


def day(year: int, month: int, day: int) -> int:
    return datetime.date(year, month, day).toordinal()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    writer = LabelWriter(tmp_path / "labels")
    for labels, days in PASSAGES:
        writer.add([(kind, label) for kind in KINDS for label in labels], days)
    writer.close()
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


@pytest.mark.parametrize("share", [0.5, 1 / FEW, 0.01, 0])
def test_a_few_passages_are_counted_as_many_are(tmp_path: Path, share: float) -> None:
    rng = np.random.default_rng(4)
    held = [rng.choice(9, rng.integers(0, 4), replace=False).tolist() for _ in range(500)]
    writer = LabelWriter(tmp_path / "labels")
    for labels in held:
        writer.add([("topic", str(label)) for label in labels], (0, 0))
    writer.close()
    among = rng.random(500) < share
    expected = Counter(
        str(label) for labels, here in zip(held, among, strict=True) if here for label in labels
    )
    labels = Labels(tmp_path / "labels", 500)
    assert labels.counts("topic", among) == expected
    for label in expected:
        rows = [row for row, numbers in enumerate(held) if int(label) in numbers]
        assert labels.rows("topic", [label]).tolist() == rows


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
