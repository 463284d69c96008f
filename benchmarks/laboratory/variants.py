"""The ways of ranking that are compared: each side alone, then every stage added to the last."""

from __future__ import annotations

from dataclasses import dataclass

from search_api.engine.ranking import Mode, Ranking
from search_api.engine.searcher import Searcher
from search_api.engine.stages import Stages

PLAIN = Stages(language=False, late=0.0, neighbours=0.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of ranking.

    Attributes:
        name: what is new in it.
        mode: both sides, or one alone.
        before: name of the way that it is compared with.
        stages: what it does beyond plain fusion.
        contexts: titles and headings count more on the lexical side, as in every index.
    """

    name: str
    mode: Mode
    before: str | None = None
    stages: Stages = PLAIN
    contexts: bool = True

    def rank(self, searcher: Searcher, question: str, k: int) -> Ranking:
        """Rank `k` passages, each side giving as many."""
        return searcher.rank(question, k, self.mode, k, self.stages)


VARIANTS = (
    Variant("dense", "dense"),
    Variant("lexical", "lexical"),
    Variant("fusion", "hybrid", contexts=False),
    Variant("+ titles", "hybrid", "fusion"),
    Variant("+ language", "hybrid", "+ titles", Stages(late=0.0, neighbours=0.0)),
    Variant("+ tokens", "hybrid", "+ language", Stages(neighbours=0.0)),
    Variant("+ neighbours", "hybrid", "+ tokens", Stages()),
)
