"""How the vectors of a collection are searched, by its size: the one place that decides it.

Measured by `benchmarks/scale.py` on two cores; the tables are in docs/speed.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

Kind = Literal["exact", "ivf"]
"""exact: every vector is compared. ivf: those of the nearest lists are, at 8 bits a dimension, and
the best of them once more in half precision."""

Wanted = Literal["auto", "exact", "ivf"]

EXACT = 50_000
"""Passages up to which all are compared: about 5 ms of 384 dimensions, the time limit."""

LISTS = 2.0
"""Lists of an inverted file, times the square root of the passages: choosing lists and looking
through them then cost about the same."""

TRAINED = 40
"""Passages for each list from which the lists' centres are learned; FAISS asks for 39."""

FIRST_PROBES = 2
"""Share of the lists that is searched at first, one in so many. One in 64 finds 98 % of the nearest
of passages, yet questions lie apart from all passages: half of the lists hold 98 % of the nearest
of questions about something else than the collection, an eighth 90 %."""

COMPARED = 150_000
"""Passages in the lists that are searched at first, at most: about 7 ms of 384 dimensions."""

RECALL = 0.98
"""Recall@10, against comparing all, that a build must reach; until then it searches more lists."""

GATHERED = 5_000
"""Allowed passages up to which a filtered search compares just these, one by one. Beyond, all lists
are looked through, or as many as hold as many allowed passages as an unfiltered search compares."""

AGAIN = 2
"""How many times the passages wanted are compared once more in half precision."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to index the vectors of a collection.

    Attributes:
        kind: of index.
        count: vectors that will come.
        lists: of an inverted file.
    """

    kind: Kind = "exact"
    count: int = 0
    lists: int = 0

    @property
    def first_probes(self) -> int:
        """Lists that are searched at first; more of them until enough is found."""
        most = self.lists * COMPARED // max(self.count, 1)
        return max(1, min(self.lists // FIRST_PROBES, most))


def plan_for(count: int, wanted: Wanted = "auto") -> Plan:
    """Choose for a number of passages, unless the kind is said."""
    kind: Kind = wanted if wanted != "auto" else "exact" if count <= EXACT else "ivf"
    if kind == "exact":
        return Plan(kind, count)
    return Plan(kind, count, max(1, min(int(LISTS * sqrt(count)), count // TRAINED)))
