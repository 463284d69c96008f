"""What a collection holds of which city and on which topic, gaps included."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.errors import QuestionError
from indexer.snapshot.labels import ACTED
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.vectors import Rows
from search_api.engine.answer import CityCount, Coverage, CoverageCell, CoverageRow
from search_api.engine.cities import located, named
from search_api.engine.filters import cities_named


def list_cities(snapshot: Snapshot) -> list[CityCount]:
    """Every city of which a passage speaks, those with most passages of their acts first."""
    labels, places = snapshot.labels, snapshot.places
    document_of = snapshot.columns.documents
    acted = labels.counts(ACTED)
    counted = []
    for city, passages in labels.counts("city").items():
        if (place := places.place(city)) is not None:
            counted.append(
                CityCount(
                    **located(place),
                    passages=passages,
                    acted=acted.get(city, 0),
                    documents=_documents(labels.rows("city", [city]), document_of),
                )
            )
    return sorted(counted, key=lambda city: (-city.acted, -city.passages, city.name))


def cover(snapshot: Snapshot, topics: Sequence[str] = (), cities: Sequence[str] = ()) -> Coverage:
    """Count passages and documents by city and topic; a city counts where it acted.

    Args:
        snapshot: the collection.
        topics: as its documents name them, whatever their capitals; all of them if empty.
        cities: under any name; all that acted if empty. One of which nothing is told is a row of
            gaps.

    Raises:
        QuestionError: a topic or a city is not known; names what there is.
    """
    labels, places = snapshot.labels, snapshot.places
    columns = _topics(topics, list(labels.values("topic")))
    document_of = snapshot.columns.documents
    about = {topic: labels.rows("topic", [topic]) for topic in columns}
    rows = []
    for city in _cities(cities, snapshot):
        place, own = places.place(city), labels.rows(ACTED, [city])
        if place is None:
            continue
        cells = [_cell(np.intersect1d(own, about[topic]), document_of) for topic in columns]
        rows.append(
            CoverageRow(
                **named(place),
                total=_cell(own, document_of),
                cells=cells,
            )
        )
    rows.sort(key=lambda row: (-row.total.documents, -row.total.passages, row.name))
    return Coverage(index=snapshot.manifest.id, topics=columns, cities=rows)


def _cell(rows: Rows, document_of: NDArray[np.int32]) -> CoverageCell:
    return CoverageCell(passages=len(rows), documents=_documents(rows, document_of))


def _documents(rows: Rows, document_of: NDArray[np.int32]) -> int:
    return len(np.unique(document_of[rows]))


def _topics(wanted: Sequence[str], known: Sequence[str]) -> list[str]:
    if not wanted:
        return sorted(known, key=str.casefold)
    by_name = {topic.casefold(): topic for topic in known}
    found = []
    for topic in wanted:
        if (name := by_name.get(" ".join(topic.split()).casefold())) is None:
            there = ", ".join(sorted(known, key=str.casefold)) or "none at all"
            raise QuestionError(f"no document has the topic “{topic}”; there are: {there}")
        found.append(name)
    return found


def _cities(wanted: Sequence[str], snapshot: Snapshot) -> list[str]:
    if not wanted:
        return list(snapshot.labels.values(ACTED))
    found = []
    for name in wanted:
        bearers = cities_named(name, (), snapshot.places)
        known = [city for city in bearers if city in snapshot.labels.values("city")]
        if not bearers:
            raise QuestionError(f"no city is called “{name}”; see its spelling")
        found.append((known or bearers)[0])
    return found
