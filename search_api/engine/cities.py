"""What every answer that names a city says of it."""

from __future__ import annotations

from typing import Any

from indexer.place import GazetteerPlace


def named(place: GazetteerPlace) -> dict[str, Any]:
    """Return the fields that name a city."""
    return {
        "id": place.id,
        "name": place.name,
        "country": place.country,
        "country_name": place.country_name,
    }


def located(place: GazetteerPlace) -> dict[str, Any]:
    """Return the fields that name a city and say where it lies."""
    return named(place) | {"latitude": place.latitude, "longitude": place.longitude}
