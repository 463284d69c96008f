"""The names by which a question may call the places of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from countryinfo import all_countries

from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.regions import regions
from indexer.gazetteer.words import commonness
from indexer.kept import Kept, key_of
from indexer.linking import PlaceFinder
from indexer.names import fold_name
from indexer.place import GazetteerPlace, PassagePlace
from indexer.snapshot.places import Named, PlaceWriter

RARE = -9.0
"""Commonness of a name that is no word at all."""

FAMOUS = 1_000_000
"""Inhabitants from which a city is known to the search though no passage speaks of it."""


def write_places(
    path: Path, finder: PlaceFinder, found: Iterable[list[PassagePlace]], kept: Kept
) -> None:
    """Write the places of passages, and what questions may call them and the rest of the world.

    Args:
        path: the new file.
        finder: found the places.
        found: those of each passage, in the order of rows.
        kept: what is the same in every snapshot is taken from here, or left here.
    """
    gazetteer = finder.gazetteer
    writer = PlaceWriter(path, _kept_world(finder, kept))
    spoken: dict[str, GazetteerPlace] = {}
    for row, places in enumerate(found):
        writer.add_mentions(row, places)
        spoken |= {held.place.id: held.place for held in places}
    rare = {place.id: place for place in spoken.values() if not _is_famous(place)}
    writer.add_places(rare.values())
    writer.add_names(_names(gazetteer, rare))
    writer.close()


def _is_famous(place: GazetteerPlace) -> bool:
    return place.kind != "city" or place.capital or place.population >= FAMOUS


def _names(gazetteer: Gazetteer, rare: dict[str, GazetteerPlace]) -> dict[str, Named]:
    """Every name of these places, with the famous ones that bear it too."""
    names = {}
    # In order: in that of a set the same names would fill the pages of a file in another way.
    for folded in sorted({name for place in rare for name in gazetteer.names_of(place)}):
        kept = [p for p in gazetteer.candidates(folded) if p.id in rare or _is_famous(p)]
        if kept:
            names[folded] = _named(folded, kept)
    return names


def _named(folded: str, places: list[GazetteerPlace]) -> Named:
    common = commonness(folded, places[0].population, "en")
    return Named(tuple(p.id for p in places), max(common, RARE))


def _kept_world(finder: PlaceFinder, kept: Kept) -> bytes:
    key = key_of(b"world", finder.revision.encode())
    if (world := kept.get(key)) is None:
        world = _world(finder.gazetteer)
        kept.put(key, world)
    return world


@lru_cache(maxsize=1)
def _world(gazetteer: Gazetteer) -> bytes:
    """Countries, parts of the world, the network's bodies and large cities, with all names."""
    famous = {place.id: place for place in gazetteer.places() if _is_famous(place)}
    writer = PlaceWriter(Path(":memory:"))
    writer.add_places(famous.values())
    writer.add_names(_names(gazetteer, famous))
    writer.add_regions(_regions())
    world = writer.serialised()
    writer.close()
    return world


def _regions() -> dict[str, frozenset[str]]:
    """Parts of the world, and peoples by their English adjective ("Finnish")."""
    peoples: dict[str, set[str]] = {}
    for country in all_countries():
        code = country.iso().get("alpha2")
        for adjective in (country.demonym() or "").split(","):
            if adjective and code:
                peoples.setdefault(fold_name(adjective), set()).add(code)
    return {name: frozenset(codes) for name, codes in peoples.items()} | dict(regions())
