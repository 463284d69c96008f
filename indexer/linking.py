"""Which places the passages of a document speak of: gazetteer and linker, applied to documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from indexer.document import Metadata, Place
from indexer.errors import CorpusError, DocumentError
from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.linker import Linker
from indexer.gazetteer.place import Context, GazetteerPlace, Role
from indexer.passage import Passage, Span

CITIES = "cities.yaml"
"""A network's own names, at the top of its corpus."""


@dataclass(frozen=True, slots=True)
class PassagePlace:
    """A place that a passage speaks of.

    Attributes:
        place: which it is.
        role: whether the passage tells what the place did, or only names it.
        spans: where it is named in the passage's text; empty if only its record says so.
    """

    place: GazetteerPlace
    role: Role
    spans: tuple[Span, ...] = ()


class PlaceFinder:
    """Finds the places of passages, document by document.

    The gazetteer takes some seconds to load; it is loaded for the first passage and then kept.
    """

    def __init__(self, cities: Path | None = None) -> None:
        """Take the network's own `cities.yaml`, if it has one."""
        self._cities = cities

    def find(self, metadata: Metadata, passages: Sequence[Passage]) -> Iterator[list[PassagePlace]]:
        """The places of each passage of one document, in their order.

        A place acted where the record, the table row, the speaker's office or the sentence's
        subject is that place's; else it is mentioned.

        Raises:
            CorpusError: `cities.yaml` cannot be read.
        """
        gazetteer, linker = _loaded(self._cities)
        own = [found for place in metadata.cities if (found := _known(gazetteer, place))]
        own = own or _titled(gazetteer, metadata.title)
        for passage in passages:
            row = _known(gazetteer, passage.place) if passage.place else None
            acting = [row] if row else own if len(own) == 1 else []
            yield _places(linker, passage, own, acting)


@lru_cache(maxsize=1)
def _loaded(cities: Path | None) -> tuple[Gazetteer, Linker]:
    try:
        gazetteer = Gazetteer.load(cities)
    except (DocumentError, OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{cities}: {error}") from error
    return gazetteer, Linker(gazetteer)


def _known(gazetteer: Gazetteer, place: Place) -> GazetteerPlace | None:
    found = gazetteer.find(place.name, place.country, place.region) if place.name else None
    return found or (gazetteer.country(place.country) if place.country else None)


def _titled(gazetteer: Gazetteer, title: str) -> list[GazetteerPlace]:
    """The place of a document whose title is nothing else ("Kabul, Afghanistan")."""
    name, _, country = title.partition(", ")
    found = gazetteer.find(name, country or None)
    return [found] if found and (not country or gazetteer.country(country)) else []


def _places(
    linker: Linker,
    passage: Passage,
    own: Sequence[GazetteerPlace],
    acting: Sequence[GazetteerPlace],
) -> list[PassagePlace]:
    """The places of one passage: those that act first, then as they are named."""
    places = {place.id: place for place in acting}
    acted = set(places)
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    context = Context(passage.language, tuple(own), frozenset(acted))
    for mention in linker.link(passage.text, context):
        places[mention.place.id] = mention.place
        spans[mention.place.id].append((mention.start, mention.end))
        if mention.role == "acted":
            acted.add(mention.place.id)
    return [
        PassagePlace(place, "acted" if key in acted else "mentioned", tuple(spans[key]))
        for key, place in sorted(places.items(), key=lambda item: item[0] not in acted)
    ]
