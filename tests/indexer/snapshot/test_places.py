from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import DamagedError
from indexer.place import GazetteerPlace, PassagePlace
from indexer.snapshot.places import Named, Places, PlaceWriter

LIMA = GazetteerPlace("geonames:3936456", "Lima", "city", "PE", "Peru", -12.04, -77.03, 7_737_002)
PERU = GazetteerPlace("country:PE", "Peru", "country", "PE", "Peru", continent="SA")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    writer = PlaceWriter(tmp_path / "places.sqlite")
    writer.add_places([LIMA, PERU])
    writer.add_names({"lima": Named((LIMA.id,), -2.5), "peru": Named((PERU.id,), -1.5)})
    writer.add_regions({"andes": frozenset({"PE", "EC"})})
    writer.add_mentions(3, [PassagePlace(LIMA, "acted", ((4, 8), (20, 24)))])
    writer.add_mentions(3, [])
    writer.close()
    return tmp_path / "places.sqlite"


def test_places_are_read_as_they_were_written(path: Path) -> None:
    places = Places(path)
    assert places.place(LIMA.id) == LIMA
    assert places.place("geonames:1") is None
    assert places.region("andes") == {"PE", "EC"}
    assert places.region("alps") == frozenset()
    assert [places.begin(word) for word in ("lima", "andes", "lim", "")] == [
        True,
        True,
        False,
        False,
    ]
    assert places.of_passages([2, 3]) == {3: [PassagePlace(LIMA, "acted", ((4, 8), (20, 24)))]}
    places.close()


def test_names_are_looked_up_all_at_once(path: Path) -> None:
    assert Places(path).named(["lima", "peru", "quito"]) == {
        "lima": Named((LIMA.id,), -2.5),
        "peru": Named((PERU.id,), -1.5),
    }


def test_names_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    names = ("san", "san juan", "san juan de lima", "sana", "sante", "san!")
    with_names = PlaceWriter(tmp_path / "places.sqlite")
    with_names.add_names({name: Named((f"geonames:{n}",), n) for n, name in enumerate(names)})
    with_names.close()
    places = Places(tmp_path / "places.sqlite")
    for asked in (names, names[::-1], ("san juan de", "san jua", "sa", "")):
        expected = {name: Named((f"geonames:{n}",), n) for n, name in enumerate(names)}
        expected = {name: named for name, named in expected.items() if name in asked}
        assert places.named(asked) == expected


def test_a_file_may_begin_with_what_is_the_same_in_all(tmp_path: Path) -> None:
    first = PlaceWriter(Path(":memory:"))
    first.add_places([PERU])
    first.add_names({"peru": Named((PERU.id,), -1.5)})
    world = first.serialised()
    first.close()
    second = PlaceWriter(tmp_path / "places.sqlite", world)
    second.add_places([PERU, LIMA])
    second.add_names({"peru": Named((PERU.id, LIMA.id), -1.0)})
    second.close()
    places = Places(tmp_path / "places.sqlite")
    assert (places.place(PERU.id), places.place(LIMA.id)) == (PERU, LIMA)
    assert places.named(["peru"]) == {"peru": Named((PERU.id, LIMA.id), -1.0)}


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "places.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(DamagedError, match=r"cannot be read .*; rebuild the index"):
        Places(tmp_path / "places.sqlite")
    with pytest.raises(DamagedError, match="cannot be read; rebuild the index"):
        Places(tmp_path / "missing.sqlite")
