"""What the passages of a build can be filtered by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from indexer.document import Metadata
from indexer.place import PassagePlace
from indexer.snapshot.labels import ACTED, FACETS, NO_DAY, OWN, days_of, write_labels
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
    folder: Path, passages: Passages, places: Sequence[Sequence[PassagePlace]]
) -> None:
    """Write the labels of all passages of a snapshot.

    Args:
        folder: is made.
        passages: of the snapshot.
        places: of each of them.
    """
    pairs: dict[str, list[tuple[int, str]]] = {name: [] for name in (*FACETS, ACTED, OWN)}
    days = []
    topics: dict[str, str] = {}
    documents = list(passages.documents())
    of_each = zip(passages.document_numbers(), passages.languages(), places, strict=True)
    for row, (number, language, held) in enumerate(of_each):
        about = documents[number].metadata
        days.append(days_of(about.date) if about.date else (NO_DAY, NO_DAY))
        found = [*_of_places(held), *_of_document(about, topics), ("language", language)]
        for name, label in dict.fromkeys(found):
            pairs[name].append((row, label))
    write_labels(folder, pairs, days)


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
