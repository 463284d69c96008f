"""Of passages that say nearly the same, one is shown and the others are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from indexer.snapshot.labels import Mask


class Copies:
    """Groups of copies, by passage rows."""

    def __init__(self, of: Mapping[int, int]) -> None:
        self._of = of
        self._behind: defaultdict[int, list[int]] = defaultdict(list)
        for row, first in of.items():
            self._behind[first].append(row)

    def firsts(self, rows: Iterable[int]) -> list[int]:
        """Positions in a ranking that stay when each group keeps its best-ranked passage."""
        seen: set[int] = set()
        kept = []
        for position, row in enumerate(rows):
            group = self._of.get(row, row)
            if group not in seen:
                seen.add(group)
                kept.append(position)
        return kept

    def others(self, row: int, among: Mask | None = None) -> int:
        """How many passages elsewhere say nearly the same, of some or of all."""
        first = self._of.get(row, row)
        behind = self._behind.get(first, [])
        if among is None:
            return len(behind)
        return sum(bool(among[each]) for each in (first, *behind) if each != row)
