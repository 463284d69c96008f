"""A place of the gazetteer, and a mention of one in a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PlaceKind = Literal["city", "country", "body"]
Role = Literal["acted", "mentioned"]


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """A city, a country, or a body that acts like a city.

    Attributes:
        id: stable: "geonames:1007311", "country:ZA", or the id that `cities.yaml` gives.
        name: the common English name.
        kind: "body" is a metropolitan or regional body.
        country: ISO 3166-1 alpha-2.
        country_name: the common English name.
        latitude: degrees north, WGS 84; None for a country.
        longitude: degrees east, WGS 84; None for a country.
        population: inhabitants, 0 where unknown.
        region: first-level division, where its name is known.
        continent: GeoNames' code: AF, AN, AS, EU, NA, OC or SA.
        capital: whether it is the capital of its country or territory.
    """

    id: str
    name: str
    kind: PlaceKind
    country: str
    country_name: str
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    region: str | None = None
    continent: str = ""
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` names a place.

    Attributes:
        start: first code point of the name in the text as given.
        end: one past the last; possessive 's and elided articles are outside.
        place: what is named.
        role: whether the text tells what the place did, or only names it.
    """

    start: int
    end: int
    place: GazetteerPlace
    role: Role


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the document around a text.

    Attributes:
        language: ISO 639-1 code of the text.
        places: what metadata or earlier passages of the document name.
        acting: ids of places whose record or table row the text is.
    """

    language: str = "en"
    places: tuple[GazetteerPlace, ...] = ()
    acting: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class PassagePlace:
    """A place that a passage speaks of.

    Attributes:
        place: which it is.
        role: whether the passage tells what the place did, or only names it.
        spans: where it is named in the passage's text, half-open, in code points; empty if only
            its record says so.
        own: whether the passage's record, table row or title is that place's.
    """

    place: GazetteerPlace
    role: Role
    spans: tuple[tuple[int, int], ...] = ()
    own: bool = False
