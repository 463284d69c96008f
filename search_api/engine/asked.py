"""Which places a question is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from indexer.names import Words, fold_word
from indexer.snapshot.labels import Labels, Mask
from indexer.snapshot.places import Named, Places

LONGEST = 6
"""Words of a name."""

PLAIN = -0.6
"""Commonness below which a name is understood in lower case too: "durban", not "metro"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Places of a question.

    Attributes:
        cities: ids of cities and bodies that passages speak of, in the question's order.
        countries: ISO 3166-1 alpha-2 codes, those of named regions and peoples included.
        unknown: names, as written, of places that no passage speaks of.
        names: those, as written, of all others.
    """

    cities: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=(), compare=False)

    def __bool__(self) -> bool:
        return bool(self.cities or self.countries)


class _Run(NamedTuple):
    """Words of a question that may be a name."""

    folded: str
    written: str
    first: int
    words: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What passages tell something of."""

    labels: Labels
    among: Mask | None

    def of(self, place: str) -> bool:
        """Whether a passage does, of a place."""
        kind = "country" if place.startswith("country:") else "city"
        label = place.removeprefix("country:")
        if self.among is None:
            return label in self.labels.values(kind)
        return bool(self.among[self.labels.rows(kind, [label])].any())


@dataclass(slots=True)
class _Found:
    cities: dict[str, None] = field(default_factory=dict)
    countries: set[str] = field(default_factory=set)
    unknown: dict[str, None] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


def asked_places(question: str, places: Places, labels: Labels, among: Mask | None = None) -> Asked:
    """Find the places of a question, under any name that the snapshot knows.

    The longest name wins; of its bearers the likeliest of which a passage tells something. A name
    that is a common word too counts only with a capital that is not the question's first.

    Args:
        question: in words.
        places: those of the snapshot.
        labels: those of the snapshot.
        among: the passages that may tell something; all if None.
    """
    words = Words(question)
    runs = list(_runs(words, question, places))
    if not runs:
        return Asked()
    named = places.named([run.folded for run in runs])
    told, found, next_word = _Told(labels, among), _Found(), 0
    for run in runs:
        if run.first >= next_word and _take(run, named, places, told, found):
            next_word = run.first + run.words
            found.names += [run.written] if run.written not in found.unknown else []
    return Asked(
        tuple(found.cities), frozenset(found.countries), tuple(found.unknown), tuple(found.names)
    )


def _runs(words: Words, question: str, places: Places) -> Iterator[_Run]:
    """Runs of words in order, those that begin at the same word longest first.

    Several words are one only where the first of them begins a name.
    """
    tokens = list(words)
    lasts = [token.without_possessive() or token for token in tokens]
    folded = [fold_word(token.text) for token in tokens]
    ends = [fold_word(token.text) for token in lasts]
    for first, token in enumerate(tokens):
        longest = LONGEST if places.begin(folded[first]) else 1
        for last in range(min(first + longest, len(tokens)) - 1, first, -1):
            written = question[token.start : lasts[last].end]
            name = " ".join([*folded[first:last], ends[last]])
            yield _Run(name, written, first, last - first + 1)
        written = question[token.start : lasts[first].end]
        # A name may begin with the whole word, or behind its elided article.
        for _, opening in lasts[first].openings():
            yield _Run(opening, written, first, 1)


def _take(
    run: _Run, named: Mapping[str, Named], places: Places, told: _Told, found: _Found
) -> bool:
    """Note the place that a run of words names, if it does."""
    bearers = named.get(run.folded)
    if bearers is None:
        countries = places.region(run.folded)
        found.countries |= countries
        return bool(countries)
    if not _is_name(run, bearers.commonness):
        return False
    spoken = [place for place in bearers.places if told.of(place)]
    if not spoken:
        found.unknown |= {run.written: None} if run.written[:1].isupper() else {}
    elif spoken[0].startswith("country:"):
        found.countries.add(spoken[0].removeprefix("country:"))
    else:
        found.cities[spoken[0]] = None
    return True


def _is_name(run: _Run, commonness: float) -> bool:
    """Whether a run of words that some place bears is a name and not a word."""
    if run.written[:1].islower():
        return commonness < PLAIN
    return commonness < 0 or run.first > 0
