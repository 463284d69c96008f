"""The answer city by city: one ranking, ordered so that no report fills it, then grouped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Literal

from indexer.snapshot.places import Places
from search_api.engine.answer import CityGroup, Result
from search_api.engine.cities import located

Grouping = Literal["city", "none"]

MOST_OF_ONE = 3
"""Excerpts of one city in one document that come before all others had their turn."""


def spread(rows: Sequence[int], group: Mapping[int, Hashable]) -> list[int]:
    """Order ranked passages so that no group holds more than `MOST_OF_ONE` of the first places.

    Args:
        rows: passages, best first.
        group: what each belongs to.

    Returns:
        The same passages: first those that are among the best of their group, then the others,
        both in the order of the ranking.
    """
    seen: Counter[Hashable] = Counter()
    first: list[int] = []
    later: list[int] = []
    for row in rows:
        seen[group[row]] += 1
        (first if seen[group[row]] <= MOST_OF_ONE else later).append(row)
    return first + later


def by_city(results: Sequence[Result], found: Mapping[str, int], places: Places) -> list[CityGroup]:
    """Group excerpts by city, cities in the order of their best excerpt.

    A city is as sure as the surest of its excerpts: they say much the same, so that adding them up
    as if they were independent would promise too much.

    Args:
        results: the excerpts shown, best first.
        found: how many passages each city has in the whole ranking, by id.
        places: those of the snapshot.
    """
    excerpts: dict[str, list[Result]] = {}
    for result in results:
        for city in speaking(result):
            excerpts.setdefault(city, []).append(result)
    groups = []
    for city, held in excerpts.items():
        if (place := places.place(city)) is not None:
            groups.append(
                CityGroup(
                    **located(place),
                    confidence=max(result.confidence for result in held),
                    ranks=[result.rank for result in held],
                    more=max(found.get(city, 0) - len(held), 0),
                )
            )
    return groups


def speaking(result: Result) -> list[str]:
    """Ids of the cities that an excerpt speaks for."""
    acted = [city.id for city in result.cities if city.role == "acted"]
    return acted or [city.id for city in result.cities]
