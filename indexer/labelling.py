"""What the passages of a build can be filtered by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from indexer.document import Metadata
from indexer.place import PassagePlace
from indexer.snapshot.labels import ACTED, NO_DAY, OWN, LabelWriter, days_of
from indexer.snapshot.passages import Passages

CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}
"""English names of GeoNames' continents: the regions that a search counts."""


def label_passages(
    folder: Path, passages: Passages, places: Iterable[Sequence[PassagePlace]]
) -> None:
    """Write the labels of all passages of a snapshot.

    Args:
        folder: is made.
        passages: of the snapshot.
        places: of each of them, in the order of rows.
    """
    writer = LabelWriter(folder)
    topics: dict[str, str] = {}
    documents, number, about = passages.documents(), -1, Metadata()
    for (document, language, *_), held in zip(passages.columns(), places, strict=True):
        while number < document:
            number, about = number + 1, next(documents).metadata
        days = days_of(about.date) if about.date else (NO_DAY, NO_DAY)
        found = [*_of_places(held), *_of_document(about, topics), ("language", language)]
        writer.add(dict.fromkeys(found), days)
    writer.close()


def _of_places(places: Iterable[PassagePlace]) -> Iterator[tuple[str, str]]:
    for held in places:
        place = held.place
        yield "country", place.country
        if place.continent:
            yield "region", CONTINENTS[place.continent]
        if place.kind != "country":
            yield "city", place.id
            if held.role == "acted":
                yield ACTED, place.id
            if held.own:
                yield OWN, place.id


def _of_document(about: Metadata, topics: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Labels by metadata; `topics` keeps how each was written first, whatever its capitals."""
    yield "kind", about.kind
    if about.date:
        yield "year", about.date[:4]
    for topic in (" ".join(topic.split()) for topic in about.topics):
        yield "topic", topics.setdefault(topic.casefold(), topic)
