"""Filters: what a passage must be to be found at all."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import reduce

import numpy as np

from indexer.errors import QuestionError
from indexer.names import fold_name
from indexer.snapshot.labels import NO_DAY, Labels, Mask, days_of
from indexer.snapshot.places import Places
from search_api.engine.reason import DATES, WITHIN, Reason

LISTED = 12
"""Labels that an explanation lists."""

MOST = 50
"""Values of one filter: each is looked up, and a few are compared with all that there are."""

COMPARED = 3
"""Values of a filter for which likenesses are sought, and characters of each by the next figure."""

COMPARED_LENGTH = 60

LIKE = 0.7
"""Likeness (Ratcliff and Obershelp 1988) from which a name is offered in place of another."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a passage must be. Of several values of one filter any will do; all filters must hold.

    Attributes:
        city: names in any spelling ("Xian"), with a country if need be ("Valencia, Spain"), or ids.
        country: names or ISO 3166-1 alpha-2 codes.
        region: parts of the world ("Africa", "Latin America").
        kind: kinds of document.
        topic: topics, whatever their capitals.
        year: of the document's date.
        language: ISO 639 codes.
        since: first day, ISO 8601, possibly reduced: a document of "2020" may be of any day of it.
        until: last day, likewise.
        within: filters that hold besides: what they keep out, no value of the others lets in.
    """

    city: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    within: Filters | None = None

    def given(self) -> dict[str, tuple[str, ...]]:
        """The filters that have values, in order; without those `within` which they hold."""
        found = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value and field.name != "within":
                found[field.name] = (value,) if isinstance(value, str) else value
        return found


@dataclass(frozen=True, slots=True)
class Selection:
    """The passages that pass filters.

    Attributes:
        masks: what each filter lets pass, by its name.
        allowed: what passes all; None if there is no filter.
        reasons: where nothing passes, which filter emptied it.
    """

    masks: Mapping[str, Mask]
    allowed: Mask | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def within(self) -> Mask | None:
        """What passes the filters within which all others hold; None if there are none."""
        return self.masks.get(WITHIN)

    def without(self, *names: str) -> Mask | None:
        """What passes all filters but these; None if no other is given."""
        others = [mask for name, mask in self.masks.items() if name not in names]
        return reduce(np.logical_and, others) if others else None


EVERYTHING = Selection({})


def select(filters: Filters, places: Places, labels: Labels) -> Selection:
    """Find the passages that pass filters.

    Raises:
        QuestionError: `since` or `until` is no date, or they are the wrong way round; a filter
            has too many values.
    """
    given = filters.given()
    for name, values in given.items():
        if len(values) > MOST:
            raise QuestionError(f"{name}: {len(values):,} values; name {MOST} at most")
    masks = {name: _mask(name, given, places, labels) for name in given}
    if filters.within is not None:
        outer = select(filters.within, places, labels)
        if outer.allowed is not None:
            masks = {WITHIN: outer.allowed} | masks
    if not masks:
        return EVERYTHING
    allowed: Mask = reduce(np.logical_and, masks.values())
    reasons = () if allowed.any() else _reasons(given, masks, places, labels)
    return Selection(masks, allowed, reasons)


def _mask(name: str, given: Mapping[str, Collection[str]], places: Places, labels: Labels) -> Mask:
    values = given[name]
    if name == "city":
        within = _countries(given.get("country", ()), places)
        return labels.mask(
            "city", {c for v in values for c in _spoken_of(v, within, places, labels)}
        )
    if name == "country":
        return labels.mask("country", _countries(values, places))
    if name == "region":
        return labels.mask("country", {c for v in values for c in places.region(fold_name(v))})
    if name in DATES:
        return _dated(given, name, labels)
    wanted = {" ".join(value.split()).casefold() for value in values}
    return labels.mask(name, [v for v in labels.values(name) if v.casefold() in wanted])


def _countries(values: Collection[str], places: Places) -> set[str]:
    """Alpha-2 codes of countries by code or name."""
    found = set()
    for value in values:
        folded = fold_name(value)
        if places.place(f"country:{value.strip().upper()}"):
            found.add(value.strip().upper())
        elif named := places.named([folded]).get(folded):
            bearers = (place for place in named.places if place.startswith("country:"))
            found |= {place.removeprefix("country:") for place in bearers}
    return found


def _spoken_of(value: str, within: Collection[str], places: Places, labels: Labels) -> list[str]:
    """The city of a name: of its bearers that passages speak of, the likeliest."""
    known = labels.values("city")
    return [city for city in cities_named(value, within, places) if city in known][:1]


def cities_named(value: str, within: Collection[str], places: Places) -> list[str]:
    """Ids of the cities that bear a name, the likeliest first.

    Args:
        value: a name in any spelling, "Valencia, Spain", or an id.
        within: alpha-2 codes of the only countries to look in; all if empty.
        places: those of the snapshot.
    """
    if (place := places.place(value.strip())) is not None and place.kind != "country":
        return [place.id]
    name, _, country = value.partition(",")
    within = _countries([country], places) if country.strip() else within
    if country.strip() and not within:
        return []
    folded = fold_name(name)
    named = places.named([folded]).get(folded)
    found = [place for id_ in (named.places if named else ()) if (place := places.place(id_))]
    return [p.id for p in found if p.kind != "country" and (not within or p.country in within)]


def _dated(given: Mapping[str, Collection[str]], name: str, labels: Labels) -> Mask:
    limits = {key: _days(key, *given[key]) for key in DATES if key in given}
    if len(limits) == 2 and limits["since"][0] > limits["until"][1]:
        raise QuestionError(
            f"since {''.join(given['since'])} is after until {''.join(given['until'])}; "
            "exchange them"
        )
    first, last = labels.days[:, 0], labels.days[:, 1]
    if name == "since":
        return np.asarray(last >= limits["since"][0])
    return np.asarray((first <= limits["until"][1]) & (first != NO_DAY))


def _days(name: str, date: str) -> tuple[int, int]:
    try:
        return days_of(date)
    except (ValueError, TypeError) as error:
        raise QuestionError(
            f"{name}: {date!r} is no date; write it as 2020, 2020-05 or 2020-05-31"
        ) from error


def _reasons(
    given: Mapping[str, tuple[str, ...]],
    masks: Mapping[str, Mask],
    places: Places,
    labels: Labels,
) -> tuple[Reason, ...]:
    """Which filter leaves nothing, by itself or behind the others."""
    for name, mask in masks.items():
        if not mask.any() and name == WITHIN:
            return (Reason(code="filter-empty", filter=WITHIN),)
        if not mask.any() and WITHIN not in masks:  # else it would tell what is kept back
            empty = Reason(code="filter-empty", filter=name, names=given[name])
            return empty, _instead(name, given[name], places, labels)
    left, passed = next(iter(masks.values())), [next(iter(masks))]
    for name, mask in list(masks.items())[1:]:
        if not (left & mask).any():
            before = {one: given.get(one, ()) for one in passed}
            held = {"names": given[name], "count": int(left.sum()), "before": before}
            return (Reason(code="filters-empty", filter=name, **held),)
        left, passed = left & mask, [*passed, name]
    raise AssertionError("something passes all filters")


def _instead(name: str, values: tuple[str, ...], places: Places, labels: Labels) -> Reason:
    """What may be asked for instead."""
    if name in DATES:
        return Reason(code="outside", filter=name)
    facet = "country" if name == "region" else name
    counts = labels.counts(facet)
    shown = names_of(facet, counts, places)
    if name in ("city", "country", "topic"):
        folded = {fold_name(label): label for label in shown.values()}
        near = tuple(
            folded[found]
            for value in values[:COMPARED]
            for found in difflib.get_close_matches(_compared(value), folded, 3, LIKE)
        )
        if near:
            return Reason(code="alike", filter=name, names=near)
    listed = tuple(shown[label] for label in sorted(counts, key=lambda one: -counts[one])[:LISTED])
    return Reason(code="offered", filter=name, names=listed, count=len(shown) - len(listed))


def _compared(value: str) -> str:
    return fold_name(value)[:COMPARED_LENGTH]


def names_of(facet: str, labels: Collection[str], places: Places) -> dict[str, str]:
    """How labels are shown: the names of cities and countries, the others as they are."""
    prefix = {"city": "", "country": "country:"}.get(facet)
    if prefix is None:
        return {label: label for label in labels}
    named = ((label, places.place(f"{prefix}{label}")) for label in labels)
    return {label: place.name if place else label for label, place in named}
