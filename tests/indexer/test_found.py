from __future__ import annotations

from pathlib import Path

from indexer.found import FoundPlaces
from indexer.place import GazetteerPlace, PassagePlace

LIMA = GazetteerPlace(
    id="3936456",
    name="Lima",
    kind="city",
    country="PE",
    country_name="Peru",
    latitude=-12.04,
    longitude=-77.02,
    population=7_737_002,
    region="15",
    continent="SA",
    capital=True,
)
FOUND = [
    [PassagePlace(LIMA, "acted", ((0, 4), (20, 24)), True)],
    [],
    [PassagePlace(LIMA, "mentioned", ((3, 7),), False), PassagePlace(LIMA, "acted", (), True)],
]


def test_places_come_back_as_they_were_found_as_often_as_needed(tmp_path: Path) -> None:
    places = FoundPlaces(tmp_path / "found")
    places.add(FOUND)
    assert list(places) == list(places) == FOUND
    places.add(FOUND[:1])
    assert list(places) == [*FOUND, FOUND[0]]
    places.close()
    places.close()
    assert list(tmp_path.iterdir()) == []
