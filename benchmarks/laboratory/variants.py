"""The ways of ranking that are compared: each side alone, then every stage added to the last."""

from __future__ import annotations

from dataclasses import dataclass

from search_api.engine.ranking import Mode, Ranking
from search_api.engine.searcher import Searcher


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of ranking.

    Attributes:
        name: what is new in it.
        mode: both sides, or one alone.
        before: name of the way that it is compared with.
    """

    name: str
    mode: Mode
    before: str | None = None

    def rank(self, searcher: Searcher, question: str, k: int) -> Ranking:
        """Rank `k` passages, each side giving as many."""
        return searcher.rank(question, k, self.mode, k)


VARIANTS = (
    Variant("dense", "dense"),
    Variant("lexical", "lexical"),
    Variant("fusion", "hybrid"),
)
