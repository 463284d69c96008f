"""How the vectors of a collection are searched, by its size: the one place that decides it.

Measured by `benchmarks/scale.py` on two cores; the tables are in docs/speed.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["exact", "rabitq"]
"""exact: every vector is compared. rabitq: the codes of all are, at two bits a dimension, and the
nearest once more in half precision."""

Wanted = Literal["auto", "exact", "rabitq"]

EXACT = 50_000
"""Passages up to which all are compared: about 5 ms of 384 dimensions, the time limit."""

COMPARED = 400
"""Nearest by their codes that are compared once more, at first: enough for 99 % of the ten nearest
of a million."""

MOST_COMPARED = 6_400
"""Where more take longer than comparing all would."""

RECALL = 0.98
"""Recall@10, against comparing all, that a build must reach; until then it compares more."""

GATHERED = 5_000
"""Allowed passages up to which a filtered search compares just these, one by one."""

AGAIN = 2
"""How many times the passages wanted are compared once more in half precision, at the least."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to index the vectors of a collection.

    Attributes:
        kind: of index.
        count: vectors that will come.
    """

    kind: Kind = "exact"
    count: int = 0


def plan_for(count: int, wanted: Wanted = "auto") -> Plan:
    """Choose for a number of passages, unless the kind is said."""
    kind: Kind = wanted if wanted != "auto" else "exact" if count <= EXACT else "rabitq"
    return Plan(kind, count)
