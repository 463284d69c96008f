"""Which of several namesakes the places around it speak for: by distance, country and weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import asin, cos, radians, sin, sqrt

from indexer.place import GazetteerPlace

NEAR = 200.0
"""Kilometres within which one city speaks for another: a region, or a day's way there and back."""

EARTH = 6371.0
"""Mean radius in kilometres."""

_DEGREE = 111.2
"""Kilometres of a degree of latitude."""


def nearest_kin(
    bearers: Sequence[GazetteerPlace],
    text: Iterable[GazetteerPlace],
    known: Iterable[GazetteerPlace],
) -> tuple[GazetteerPlace | None, bool]:
    """The weightiest bearer that is near to some place around, and whether all speaks for it.

    All speaks for it if half of the text's own cities are near it and none of them lies on the
    continent of the weightiest: in "Perth and Dundee" and not in "Paris, Berlin and Dallas".

    Args:
        bearers: of one name, weightiest first.
        text: places that other names of the text stand for.
        known: places of the document's metadata.
    """
    cities = [place for place in text if place.kind != "country"]
    around = [*cities, *(place for place in known if place.kind != "country")]
    near = next((p for p in bearers if any(is_near(p, other) for other in around)), None)
    if near is None or near is bearers[0]:
        return near, near is not None
    close = sum(is_near(near, other) for other in cities)
    is_far = all(other.continent != bearers[0].continent for other in cities)
    return near, bool(close) and 2 * close >= len(cities) and is_far


def is_near(one: GazetteerPlace, other: GazetteerPlace) -> bool:
    """Whether two cities lie within `NEAR` of each other, or in one first-level division."""
    if one.region is not None and one.region == other.region and one.country == other.country:
        return True
    if one.latitude is None or other.latitude is None:
        return False
    return abs(one.latitude - other.latitude) * _DEGREE <= NEAR and distance(one, other) <= NEAR


def distance(one: GazetteerPlace, other: GazetteerPlace) -> float:
    """Great-circle distance in kilometres by the haversine formula; endless without a position."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return float("inf")
    south, west = radians(one.latitude or 0), radians(one.longitude or 0)
    north, east = radians(other.latitude or 0), radians(other.longitude or 0)
    chord = sin((north - south) / 2) ** 2
    chord += cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(chord)))
