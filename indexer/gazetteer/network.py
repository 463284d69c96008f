"""`cities.yaml`: what a network knows of its own cities, on top of the gazetteer of the world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.errors import DocumentError
from indexer.names import fold_name
from indexer.readers.yaml_text import load_yaml

_KEYS = {
    "bodies": ({"id", "name", "country", "latitude", "longitude"}, {"population", "aliases"}),
    "aliases": ({"place", "names"}, set()),
    "ignore": ({"name"}, {"languages"}),
}
"""Keys that an entry of each list must have, and those that it may have."""


@dataclass(frozen=True, slots=True)
class Body:
    """A metropolitan or regional body that acts like a city."""

    id: str
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """What one `cities.yaml` says.

    Attributes:
        bodies: places that the gazetteer of the world does not know.
        aliases: further names by place id.
        ignored: folded names that are no places, each with its languages; none means all.
    """

    bodies: tuple[Body, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] | None = None
    ignored: Mapping[str, frozenset[str]] | None = None


def read_network(text: str, path: str, known: Collection[str]) -> Network:
    """Read a `cities.yaml`.

    Args:
        text: the file's text.
        path: its name, for messages.
        known: ids of the gazetteer of the world.

    Raises:
        DocumentError: it is no valid YAML, or an entry cannot be used; names the entry.
    """
    raw = load_yaml(text, path) or {}
    if not isinstance(raw, dict) or (strange := raw.keys() - _KEYS.keys()):
        what = f"unknown key {min(strange)!r}" if isinstance(raw, dict) else "not a mapping"
        raise DocumentError(path, f"{what}; use {', '.join(_KEYS)}")
    entries = _Entries(path)
    bodies = tuple(entries.body(at, entry) for at, entry in entries.of(raw, "bodies"))
    places = set(known)
    for (at, _), body in zip(entries.of(raw, "bodies"), bodies, strict=True):
        if body.id in places:
            raise DocumentError(path, f"the id {body.id!r} is taken; choose another", at)
        if f"country:{body.country}" not in known:
            reason = f"country {body.country!r} is no ISO 3166-1 alpha-2 code"
            raise DocumentError(path, f"{reason}; write one such as ZA", at)
        places.add(body.id)
    aliases: dict[str, tuple[str, ...]] = {}
    for at, entry in entries.of(raw, "aliases"):
        place = entries.string(at, entry, "place")
        if place not in places:
            reason = f"no place has the id {place!r}; look it up on geonames.org"
            raise DocumentError(path, f"{reason}, or add it under bodies", at)
        aliases[place] = aliases.get(place, ()) + entries.strings(at, entry, "names")
    _refuse_doubles(path, bodies, aliases)
    ignored = {
        fold_name(entries.string(at, entry, "name")): frozenset(
            entries.strings(at, entry, "languages")
        )
        for at, entry in entries.of(raw, "ignore")
    }
    return Network(bodies, aliases, ignored)


def _refuse_doubles(
    path: str, bodies: tuple[Body, ...], aliases: Mapping[str, tuple[str, ...]]
) -> None:
    said = [(body.id, name) for body in bodies for name in (body.name, *body.aliases)]
    said += [(place, name) for place, names in aliases.items() for name in names]
    owners: dict[str, str] = {}
    for place, name in said:
        if (owner := owners.setdefault(fold_name(name), place)) != place:
            reason = f"the name {name!r} is given to {owner!r} and again to {place!r}"
            raise DocumentError(path, f"{reason}; keep one of them")


class _Entries:
    """Reads values of one file, and names file and entry when they are wrong."""

    def __init__(self, path: str) -> None:
        self._path = path

    def of(self, raw: Mapping[str, Any], name: str) -> list[tuple[str, Mapping[str, Any]]]:
        """Entries of a list, each with its place in the file, its keys checked."""
        listed = raw.get(name) or []
        if not isinstance(listed, list):
            raise DocumentError(self._path, f"{name} is no list; begin each entry with a dash")
        places = [f"{name} entry {number}" for number, _ in enumerate(listed, 1)]
        for at, entry in zip(places, listed, strict=True):
            self._check_keys(at, entry, *_KEYS[name])
        return list(zip(places, listed, strict=True))

    def _check_keys(self, at: str, entry: object, needed: set[str], optional: set[str]) -> None:
        if not isinstance(entry, dict):
            raise DocumentError(self._path, f"is no mapping; give {', '.join(sorted(needed))}", at)
        if missing := needed - entry.keys():
            raise DocumentError(self._path, f"lacks {min(missing)!r}; add it", at)
        if strange := entry.keys() - needed - optional:
            usable = ", ".join(sorted(needed | optional))
            raise DocumentError(self._path, f"unknown key {min(strange)!r}; use {usable}", at)

    def body(self, at: str, entry: Mapping[str, Any]) -> Body:
        """Read one body."""
        return Body(
            id=self.string(at, entry, "id"),
            name=self.string(at, entry, "name"),
            country=self.string(at, entry, "country"),
            latitude=self.number(at, entry, "latitude", float),
            longitude=self.number(at, entry, "longitude", float),
            population=int(self.number(at, entry, "population", int)),
            aliases=self.strings(at, entry, "aliases"),
        )

    def string(self, at: str, entry: Mapping[str, Any], key: str) -> str:
        """A text that is not empty."""
        value = entry[key]
        if not isinstance(value, str) or not value.strip():
            raise DocumentError(self._path, f"{key} {value!r} is no text; write one", at)
        return value.strip()

    def strings(self, at: str, entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """A list of texts, empty if it is not there."""
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            reason = f"{key} {value!r} is no list of texts; write it as [one, two]"
            raise DocumentError(self._path, reason, at)
        return tuple(value)

    def number(
        self, at: str, entry: Mapping[str, Any], key: str, read: Callable[[str], float]
    ) -> float:
        """A number, 0 if it is not there."""
        try:
            return read(entry.get(key, "0"))
        except (TypeError, ValueError) as error:
            reason = f"{key} {entry.get(key)!r} is no number; write it with digits"
            raise DocumentError(self._path, reason, at) from error
