"""Places of a snapshot: what they are called, and where passages speak of them, in SQLite."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from indexer.place import GazetteerPlace, PassagePlace
from indexer.snapshot.database import Database, new_database

_SCHEMA = """
CREATE TABLE places (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL,
    country_name TEXT NOT NULL, latitude REAL, longitude REAL, population INTEGER NOT NULL,
    region TEXT, continent TEXT NOT NULL, capital INTEGER NOT NULL
) STRICT;
CREATE TABLE names (
    folded TEXT NOT NULL, rank INTEGER NOT NULL, place TEXT NOT NULL, commonness REAL NOT NULL,
    PRIMARY KEY (folded, rank)
) STRICT, WITHOUT ROWID;
CREATE TABLE regions (folded TEXT PRIMARY KEY, countries TEXT NOT NULL) STRICT;
CREATE TABLE mentions (
    passage INTEGER NOT NULL, number INTEGER NOT NULL, place TEXT NOT NULL, role TEXT NOT NULL,
    spans TEXT NOT NULL, PRIMARY KEY (passage, number)
) STRICT, WITHOUT ROWID;
"""
_COLUMNS = (
    *("id", "name", "kind", "country", "country_name"),
    *("latitude", "longitude", "population", "region", "continent", "capital"),
)

_BEHIND_BLANK = "!"
"""The character behind the blank that parts the words of a name."""

_REMEMBERED = 4096
"""Words of which it is kept what names begin with them: those of questions come again and again."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name and the places that bear it, the likeliest first.

    Attributes:
        places: ids.
        commonness: how much more often it is written than the likeliest of them would explain,
            as a power of ten; what is far below 0 is no common word.
    """

    places: tuple[str, ...]
    commonness: float


class PlaceWriter:
    """Writes places and mentions as they come."""

    def __init__(self, path: Path, world: bytes = b"") -> None:
        """Begin a new file.

        Args:
            path: the file.
            world: one that `serialised` gave, to begin with.
        """
        if world:
            path.write_bytes(world)
        self._db = new_database(path, "" if world else _SCHEMA)

    def add_places(self, places: Iterable[GazetteerPlace]) -> None:
        """Add places; those that are there already are passed over."""
        self._fill("places", len(_COLUMNS), map(attrgetter(*_COLUMNS), places))

    def add_names(self, names: Mapping[str, Named]) -> None:
        """Add names by their folded form, or replace those that are there."""
        self._fill(
            "names",
            4,
            (
                (folded, rank, place, named.commonness)
                for folded, named in names.items()
                for rank, place in enumerate(named.places)
            ),
            "REPLACE",
        )

    def add_regions(self, regions: Mapping[str, frozenset[str]]) -> None:
        """Add the alpha-2 codes of parts of the world and of peoples by folded name."""
        self._fill("regions", 2, ((f, json.dumps(sorted(codes))) for f, codes in regions.items()))

    def add_mentions(self, row: int, places: Iterable[PassagePlace]) -> None:
        """Add the places of one passage, in the order in which they are to be shown."""
        held = enumerate(places)
        rows = ((row, n, p.place.id, p.role, json.dumps(p.spans)) for n, p in held)
        self._fill("mentions", 5, rows)

    def _fill(
        self, table: str, columns: int, rows: Iterable[Sequence[Any]], conflict: str = "IGNORE"
    ) -> None:
        marks = ", ".join("?" * columns)
        query = f"INSERT OR {conflict} INTO {table} VALUES ({marks})"  # noqa: S608 - our own names
        self._db.executemany(query, rows)

    def serialised(self) -> bytes:
        """Everything added so far, as the bytes of a file."""
        self._db.execute("COMMIT")
        self._db.execute("VACUUM")
        self._db.execute("BEGIN")
        return self._db.serialize()

    def close(self) -> None:
        """Write everything out."""
        self._db.execute("COMMIT")
        self._db.close()


class Places(Database):
    """Reads the places of a snapshot. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        columns = ", ".join(_COLUMNS)
        self._places = {
            row[0]: GazetteerPlace(**dict(zip(_COLUMNS, row, strict=True)))
            for row in self._select(f"SELECT {columns} FROM places")  # noqa: S608 - our own names
        }
        self._regions = {
            folded: frozenset(from_json(countries))
            for folded, countries in self._select("SELECT * FROM regions")
        }
        self._first_words = frozenset(name.partition(" ")[0] for name in self._regions)
        self._beginning = lru_cache(maxsize=_REMEMBERED)(self._named_from)

    def place(self, place_id: str) -> GazetteerPlace | None:
        """The place of an id: a country, a large city, or one that some passage speaks of."""
        return self._places.get(place_id)

    def region(self, folded: str) -> frozenset[str]:
        """Alpha-2 codes of a part of the world or of a people, by its folded name."""
        return self._regions.get(folded, frozenset())

    def named(self, folded: Sequence[str]) -> dict[str, Named]:
        """Who bears each of these folded names; names of nobody are left out."""
        found = ((name, self._beginning(name.partition(" ")[0]).get(name)) for name in folded)
        return {name: named for name, named in found if named is not None}

    def begin(self, word: str) -> bool:
        """Whether the folded name of a place or of a part of the world begins with a word."""
        return word in self._first_words or bool(self._beginning(word))

    def _named_from(self, word: str) -> dict[str, Named]:
        """Who bears each of the folded names whose first word is this one."""
        query = "SELECT * FROM names WHERE folded >= ? AND folded < ? ORDER BY folded, rank"
        bearers: defaultdict[str, list[str]] = defaultdict(list)
        commonness = {}
        for name, _, place, common in self._select(query, word, f"{word}{_BEHIND_BLANK}"):
            bearers[name].append(place)
            commonness[name] = common
        return {name: Named(tuple(places), commonness[name]) for name, places in bearers.items()}

    def names_of(self, places: Collection[str]) -> dict[str, list[str]]:
        """Every folded name of these places, by their ids, in alphabetical order."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for name, place in self._select("SELECT folded, place FROM names ORDER BY folded"):
            if place in places:
                found[place].append(name)
        return dict(found)

    def of_passages(self, rows: Sequence[int]) -> dict[int, list[PassagePlace]]:
        """The places that passages speak of, those that acted first; others are left out."""
        marks = ", ".join("?" * len(rows))
        query = (
            "SELECT passage, place, role, spans FROM mentions "  # noqa: S608 - marks alone
            f"WHERE passage IN ({marks}) ORDER BY passage, number"
        )
        found: defaultdict[int, list[PassagePlace]] = defaultdict(list)
        for row, place, role, spans in self._select(query, *rows):
            held = tuple((start, end) for start, end in from_json(spans))
            found[row].append(PassagePlace(self._places[place], role, held))
        return dict(found)
