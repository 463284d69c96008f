"""What there is to filter by, with counts."""

from __future__ import annotations

from heapq import nsmallest

from indexer.snapshot.labels import FACETS, Labels, Mask
from indexer.snapshot.places import Places
from search_api.engine.answer import FacetCount
from search_api.engine.filters import Selection, names_of

MOST = 50
"""Labels of a facet that an answer holds: the most frequent ones."""

OWN = {"year": ("year", "since", "until")}
"""Filters that a facet's counts leave out beside its namesake, so that other choices show."""


class Facets:
    """Counts passages by label. Safe to share between threads."""

    def __init__(self, places: Places, labels: Labels) -> None:
        self._places, self._labels = places, labels
        self._all = {facet: self._counted(facet, None) for facet in FACETS}

    def under(self, selection: Selection) -> dict[str, list[FacetCount]]:
        """Count each facet's labels among the passages that pass all filters but its own."""
        found = {}
        for facet in FACETS:
            among = selection.without(*OWN.get(facet, (facet,)))
            found[facet] = self._all[facet] if among is None else self._counted(facet, among)
        return found

    def _counted(self, facet: str, among: Mask | None) -> list[FacetCount]:
        counts = self._labels.counts(facet, among)
        most = nsmallest(MOST, counts, key=lambda label: (-counts[label], label))
        shown = names_of(facet, most, self._places)
        if facet == "year":
            most.sort(reverse=True)
        return [FacetCount(value=label, name=shown[label], count=counts[label]) for label in most]
