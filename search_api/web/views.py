"""An answer arranged for the page: excerpts, cities, years, and what can be left out."""

from __future__ import annotations

from dataclasses import dataclass

from search_api.engine.answer import Answer, Verdict
from search_api.web.cards import Card
from search_api.web.params import Params
from search_api.web.worldmap import WorldMap

PAGE = 10
"""Excerpts on a page of the view by relevance."""

WIDE = 60
"""Excerpts that the map, the years and the views by city and by year arrange."""


@dataclass(frozen=True, slots=True)
class City:
    """A city of an answer: how much was found of it, and the best where that is shown."""

    name: str
    country: str
    country_name: str
    count: int
    url: str
    card: Card | None


@dataclass(frozen=True, slots=True)
class Option:
    """A value by which to filter."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with the values that would find something."""

    name: str
    options: list[Option]

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Year:
    """A year of an answer: `share` is its part of the fullest year's excerpts, in percent.

    Its cards are there where they are shown.
    """

    label: str
    count: int
    share: int
    url: str
    chosen: bool
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that the page shows of an answer.

    Attributes:
        answer: as the engine gives it.
        verdict: whether there is good evidence.
        reasons: sentences on what is missing, or which filter left nothing.
        searched: passages among which the nearest were sought; 0 where there is good evidence.
        cards: excerpts of a page of the view by relevance, best first.
        count: excerpts that are shown, or arranged, in this view.
        first: rank of the first of the cards.
        cities: cities of the answer, best first.
        elsewhere: excerpts that are about none of these, where they are shown.
        map: where they lie, None if there are none.
        facets: filters with counts.
        years: by year, oldest first.
        undated: excerpts of documents without a date, where they are shown.
        next: address of the next page, None on the last.
        previous: address of the one before.
    """

    answer: Answer
    verdict: Verdict
    reasons: list[str]
    searched: int
    cards: list[Card]
    count: int
    first: int
    cities: list[City]
    elsewhere: list[Card]
    map: WorldMap | None
    facets: list[Facet]
    years: list[Year]
    undated: list[Card]
    next: str | None
    previous: str | None


def wanted(params: Params) -> int:
    """Return how many excerpts to ask for: one more than are shown tells of a next page."""
    return max(WIDE, PAGE * params.page + 1)
