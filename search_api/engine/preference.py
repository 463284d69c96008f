"""Passages of the places that a question names come first; the others are not hidden."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indexer.snapshot.labels import ACTED, OWN, Labels
from indexer.snapshot.places import Places
from indexer.snapshot.vectors import Rows, Scores
from search_api.engine.asked import Asked

FIRST = 1.0
"""Gain of a passage that is the place's own record, table row or note: scores are at most 1, so
these come before all others."""

GAINS = (FIRST, 0.1, 0.05)
"""Gains by what a passage has to do with the place: it is the place's own, it tells what the place
did, it names it. Both last are small, since in running text a name is often beside the point."""


def preferences(asked: Asked, places: Places, labels: Labels, passages: int) -> Scores | None:
    """What each passage's score gains by the places of a question; None if it names none.

    Places of one question are equals: where one of them has passages of its own and another is
    only spoken of, the best that there is of the other gains as much.

    Args:
        asked: the question's places.
        places: those of the snapshot.
        labels: those of the snapshot.
        passages: how many passages there are.

    Returns:
        An array of shape (passages,).
    """
    if not asked:
        return None
    gains = np.zeros(passages, dtype=np.float32)
    held = [_held(roles) for roles in _roles(asked, places, labels)]
    highest = max((gain for found in held for gain, _ in found), default=0.0)
    for found in held:
        for number, (gain, rows) in enumerate(found):
            share = np.float32(gain if number else highest)
            gains[rows] = np.maximum(gains[rows], share)
    return gains


def _held(roles: tuple[Rows, ...]) -> list[tuple[float, Rows]]:
    """The roles of which there are passages, each with its gain, the best first."""
    return [(gain, rows) for gain, rows in zip(GAINS, roles, strict=True) if len(rows)]


def _roles(asked: Asked, places: Places, labels: Labels) -> Iterator[tuple[Rows, ...]]:
    """For each place, and for all countries together: its own rows, its acts, its mentions."""
    for city in asked.cities:
        yield labels.rows(OWN, [city]), labels.rows(ACTED, [city]), labels.rows("city", [city])
    if asked.countries:
        within = _of_countries(asked.countries, places, labels)
        acts = labels.rows(ACTED, within)
        own = labels.rows(OWN, within | {f"country:{code}" for code in asked.countries})
        named = labels.rows("country", asked.countries)
        # Where there are records, what speaks of a country is about it or about a city of it.
        yield (named if len(own) else own), acts, named


def _of_countries(countries: frozenset[str], places: Places, labels: Labels) -> set[str]:
    return {
        city
        for city in labels.values(ACTED)
        if (place := places.place(city)) and place.country in countries
    }
