"""Of passages that say nearly the same, one is shown and the others are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


class Copies:
    """Groups of copies, by passage rows."""

    def __init__(self, of: Mapping[int, int]) -> None:
        self._of = of
        self._sizes = Counter(of.values())

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

    def others(self, row: int) -> int:
        """How many passages elsewhere say nearly the same."""
        return self._sizes[self._of.get(row, row)]
