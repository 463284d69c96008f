"""What the linker looks for in texts: names of places and divisions that are more than words."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from indexer.gazetteer import vocabulary as words_for
from indexer.gazetteer.gazetteer import CACHED, Gazetteer

_COMMON = words_for.FUNCTION | words_for.OFFICES | words_for.BODIES | words_for.LOWER_HEADS


class Phrases:
    """Names of a gazetteer and of first-level divisions.

    Those of nothing but closed-class words and offices are left out: "Of", "The City",
    "Metropolis".
    """

    def __init__(self, gazetteer: Gazetteer, divisions: Collection[str]) -> None:
        """Take a gazetteer and folded names of divisions."""
        self._gazetteer = gazetteer
        self._divisions = frozenset(divisions)
        self._pairs = {" ".join(name.split(" ")[:2]) for name in divisions}
        self.holds = lru_cache(CACHED)(self._holds)

    def longest(self, word: str) -> int:
        """Words of the longest name that begins with a word, or more; 0 if none does."""
        return self._gazetteer.longest(word)

    def continues(self, opening: str) -> bool:
        """Whether a name may begin with these two words."""
        return opening in self._pairs or self._gazetteer.continues(opening)

    def _holds(self, name: str) -> bool:
        """Whether it is one of them."""
        is_name = name in self._divisions or self._gazetteer.knows(name)
        return is_name and not _COMMON.issuperset(name.split(" "))
