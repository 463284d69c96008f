"""What passages can be filtered by, as mapped arrays: a passage's row and a label, both ways."""

from __future__ import annotations

import calendar
import datetime
import json
from array import array
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.arrays import distinct, mapped, save_array
from indexer.snapshot.vectors import Rows

FACETS = ("city", "country", "region", "kind", "topic", "year", "language")
"""What a search shows with counts. "city" and "country" hold ids and alpha-2 codes."""

ACTED = "acted"
"""Cities of which a passage tells what they did: some of its "city" labels."""

OWN = "own"
"""Cities whose record, table row or title a passage is: some of those that acted."""

KINDS = (*FACETS, ACTED, OWN)
"""Every kind of label."""

VALUES, DAYS = "values.json", "days.npy"

NO_DAY = 0
"""Both days of a passage without a date. Python's first day is 1."""

FEW = 20
"""Passages are looked up one by one where they are fewer than one in so many."""

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


class LabelWriter:
    """Writes the labels of passages as they come, in the order of rows."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made."""
        folder.mkdir()
        self._folder = folder
        self._codes: dict[str, dict[str, int]] = {name: {} for name in KINDS}
        self._pairs = {name: (array("i"), array("i")) for name in KINDS}
        self._days = array("i")
        self._rows = 0

    def add(self, labels: Iterable[tuple[str, str]], days: tuple[int, int]) -> None:
        """Add the labels of the next passage.

        Args:
            labels: each with its kind, which is one of `KINDS`.
            days: first and last day that its date may mean, as proleptic ordinals, or twice
                `NO_DAY`.
        """
        for name, label in labels:
            codes, (rows, held) = self._codes[name], self._pairs[name]
            rows.append(self._rows)
            held.append(codes.setdefault(label, len(codes)))
        self._days.extend(days)
        self._rows += 1

    def close(self) -> None:
        """Write everything out."""
        for name, (rows, held) in self._pairs.items():
            pairs = np.array([rows, held], dtype=np.int32)
            order = np.argsort(pairs[1], kind="stable")
            save_array(self._folder / f"{name}.npy", np.stack([*pairs, pairs[0][order]]))
            counts = np.bincount(pairs[1], minlength=len(self._codes[name]))
            save_array(self._folder / f"{name}.counts.npy", counts)
        values = {name: list(codes) for name, codes in self._codes.items()}
        (self._folder / VALUES).write_text(json.dumps(values, ensure_ascii=False), "utf-8")
        days = np.frombuffer(self._days, dtype=np.int32) if self._days else np.zeros(0, np.int32)
        save_array(self._folder / DAYS, days.reshape(-1, 2))


class Labels:
    """The labels of a snapshot. Safe to share between threads.

    Attributes:
        days: of shape (passages, 2): first and last day of each passage's date.
    """

    def __init__(self, folder: Path, passages: int) -> None:
        try:
            values = json.loads((folder / VALUES).read_text(encoding="utf-8"))
            self._codes = {
                name: {label: code for code, label in enumerate(values[name])} for name in KINDS
            }
            self._names = {name: list(codes) for name, codes in self._codes.items()}
            self._pairs = {name: mapped(folder / f"{name}.npy") for name in KINDS}
            self._counts = {name: np.load(folder / f"{name}.counts.npy") for name in KINDS}
            self._starts = {name: _starts(found) for name, found in self._counts.items()}
            self.days: NDArray[np.int32] = mapped(folder / DAYS)
            if self.days.shape != (passages, 2) or not all(map(self._fits, KINDS)):
                raise ValueError("labels of another index")  # noqa: TRY301
        except (OSError, ValueError, EOFError, TypeError, KeyError) as error:
            raise DamagedError(f"{folder}: cannot be read; rebuild the index") from error
        self._folder, self._passages = folder, passages

    def _fits(self, name: str) -> bool:
        """Whether the parts of a kind are those of one index."""
        same = len(self._codes[name]) == len(self._counts[name])
        return same and self._pairs[name].shape == (3, self._starts[name][-1])

    def values(self, name: str) -> Collection[str]:
        """Every label of a kind, in the order of their first passages."""
        return self._codes[name].keys()

    def rows(self, name: str, labels: Collection[str]) -> Rows:
        """Rows of the passages that have any of these labels, ascending, each once."""
        codes = [code for label in labels if (code := self._codes[name].get(label)) is not None]
        starts, by_label = self._starts[name], self._pairs[name][2]
        held = [by_label[starts[code] : starts[code + 1]] for code in codes]
        if len(held) == 1:
            return np.asarray(held[0], dtype=np.int64)
        return distinct(*held).astype(np.int64) if held else np.zeros(0, np.int64)

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
        numbers = self._counts[name]
        try:
            if among is not None:
                counted = self._codes_among(name, among)
                numbers = np.bincount(counted, minlength=len(numbers))
        except (IndexError, ValueError) as error:
            raise DamagedError(f"{self._folder}: damaged; rebuild the index") from error
        found = zip(self._codes[name], numbers.tolist(), strict=True)
        return {label: n for label, n in found if n}

    def _codes_among(self, name: str, among: Mask) -> NDArray[np.int32]:
        """The labels of some passages, by number."""
        rows, held, _ = self._pairs[name]
        allowed = np.flatnonzero(among)
        many = len(allowed) * FEW > len(among)
        found: NDArray[np.int32] = held[among[rows] if many else _places(rows, allowed)[0]]
        return found

    def of(self, name: str, rows: Rows) -> dict[int, list[str]]:
        """The labels of some passages, by row; passages without any are left out."""
        every, held, _ = self._pairs[name]
        labels, wanted = self._names[name], np.sort(rows)
        places, counts = _places(every, wanted)
        ends = np.cumsum(counts)
        found = [labels[code] for code in held[places].tolist()]
        spans = zip(wanted.tolist(), (ends - counts).tolist(), ends.tolist(), strict=True)
        return {row: found[first:last] for row, first, last in spans if last > first}


def _places(every: NDArray[np.int32], rows: Rows) -> tuple[Rows, Rows]:
    """Where the pairs of some passages stand among all, and how many each of them has."""
    wanted = rows.astype(every.dtype)  # of one type, or numpy converts the longer array
    firsts, lasts = (np.searchsorted(every, wanted, side) for side in ("left", "right"))
    counts = lasts - firsts
    ends = np.cumsum(counts)
    return np.arange(counts.sum()) + np.repeat(firsts - ends + counts, counts), counts


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)])
