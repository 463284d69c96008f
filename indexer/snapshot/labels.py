"""What passages can be filtered by, as mapped arrays of pairs: a passage's row and a label."""

from __future__ import annotations

import calendar
import datetime
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.vectors import Rows

FACETS = ("city", "country", "region", "kind", "topic", "year", "language")
"""What a search shows with counts. "city" and "country" hold ids and alpha-2 codes."""

ACTED = "acted"
"""Cities of which a passage tells what they did: some of its "city" labels."""

OWN = "own"
"""Cities whose record, table row or title a passage is: some of those that acted."""

VALUES, DAYS = "values.json", "days.npy"

NO_DAY = 0
"""Both days of a passage without a date. Python's first day is 1."""

Mask = NDArray[np.bool_]
"""Of shape (passages,)."""


def days_of(date: str) -> tuple[int, int]:
    """First and last day that an ISO 8601 date, possibly reduced, may mean, as ordinals.

    Raises:
        ValueError: it is no such date.
    """
    year, *rest = map(int, date.split("-"))
    month, day = [*rest, *[0] * 2][:2]
    first = datetime.date(year, month or 1, day or 1)
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return first.toordinal(), datetime.date(year, last_month, last_day).toordinal()


def write_labels(
    folder: Path, labels: Mapping[str, Iterable[tuple[int, str]]], days: Iterable[tuple[int, int]]
) -> None:
    """Write the labels of all passages.

    Args:
        folder: is made.
        labels: for each of `FACETS`, `ACTED` and `OWN`, rows with a label, in the order of rows.
        days: for each passage the first and the last day that its date may mean, as proleptic
            ordinals, or twice `NO_DAY`.
    """
    folder.mkdir()
    values = {}
    for name, pairs in labels.items():
        codes: dict[str, int] = {}
        coded = [(row, codes.setdefault(label, len(codes))) for row, label in pairs]
        np.save(folder / f"{name}.npy", np.array(coded, dtype=np.int32).reshape(-1, 2).T.copy())
        values[name] = list(codes)
    (folder / VALUES).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    np.save(folder / DAYS, np.array(list(days), dtype=np.int32).reshape(-1, 2))


class Labels:
    """The labels of a snapshot. Safe to share between threads.

    Attributes:
        days: of shape (passages, 2): first and last day of each passage's date.
    """

    def __init__(self, folder: Path, passages: int) -> None:
        try:
            values = json.loads((folder / VALUES).read_text(encoding="utf-8"))
            self._codes = {
                name: {label: code for code, label in enumerate(values[name])}
                for name in (*FACETS, ACTED, OWN)
            }
            self._names = {name: list(codes) for name, codes in self._codes.items()}
            # NumPy's class of mapped arrays is slow to slice; a plain view of one is not.
            self._pairs = {
                name: np.load(folder / f"{name}.npy", "r").view(np.ndarray) for name in self._codes
            }
            self.days: NDArray[np.int32] = np.load(folder / DAYS, "r").view(np.ndarray)
            if self.days.shape != (passages, 2) or any(p.ndim != 2 for p in self._pairs.values()):
                raise ValueError("labels of another index")  # noqa: TRY301
        except (OSError, ValueError, EOFError, TypeError, KeyError) as error:
            raise DamagedError(f"{folder}: cannot be read; rebuild the index") from error
        self._folder, self._passages = folder, passages

    def values(self, name: str) -> Collection[str]:
        """Every label of a kind, in the order of their first passages."""
        return self._codes[name].keys()

    def rows(self, name: str, labels: Collection[str]) -> Rows:
        """Rows of the passages that have any of these labels, ascending, each once."""
        codes = [code for label in labels if (code := self._codes[name].get(label)) is not None]
        if not codes:
            return np.zeros(0, dtype=np.int64)
        rows, held = self._pairs[name]
        found = held == codes[0] if len(codes) == 1 else np.isin(held, codes)
        return np.unique(rows[found]).astype(np.int64)

    def mask(self, name: str, labels: Collection[str]) -> Mask:
        """Which passages have any of these labels."""
        mask = np.zeros(self._passages, dtype=np.bool_)
        mask[self.rows(name, labels)] = True
        return mask

    def counts(self, name: str, among: Mask | None = None) -> dict[str, int]:
        """How many passages have each label; labels of none are left out.

        Args:
            name: one of `FACETS`, `ACTED` or `OWN`.
            among: passages to count; all if None.
        """
        rows, held = self._pairs[name]
        try:
            counted = held if among is None else held[among[rows]]
            numbers = np.bincount(counted, minlength=len(self._codes[name])).tolist()
        except (IndexError, ValueError) as error:
            raise DamagedError(f"{self._folder}: damaged; rebuild the index") from error
        return {label: n for label, n in zip(self._codes[name], numbers, strict=True) if n}

    def of(self, name: str, rows: Rows) -> dict[int, list[str]]:
        """The labels of some passages, by row; passages without any are left out."""
        every, held = self._pairs[name]
        labels, wanted = self._names[name], np.sort(rows)
        firsts, lasts = (np.searchsorted(every, wanted, side) for side in ("left", "right"))
        counts = lasts - firsts
        ends = np.cumsum(counts)
        places = np.arange(counts.sum()) + np.repeat(firsts - ends + counts, counts)
        found = [labels[code] for code in held[places].tolist()]
        spans = zip(wanted.tolist(), (ends - counts).tolist(), ends.tolist(), strict=True)
        return {row: found[first:last] for row, first, last in spans if last > first}
