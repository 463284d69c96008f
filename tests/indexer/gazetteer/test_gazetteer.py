from __future__ import annotations

import pytest

from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.regions import regions
from indexer.gazetteer.words import is_word
from indexer.place import GazetteerPlace


@pytest.mark.parametrize(
    ("name", "country", "place_id"),
    [
        ("eThekwini", None, "geonames:1007311"),
        ("CDMX", "Mexico", "geonames:3530597"),
        ("Xian", None, "geonames:1790630"),
        ("kobenhavn", "DK", "geonames:2618425"),
        ("Nur-Sultan", "Kazakhstan", "geonames:1526273"),
        ("Valencia", None, "geonames:2509954"),
        ("València", "Spain", "geonames:2509954"),
        ("Valencia", "Venezuela", "geonames:3625549"),
        ("Goyang", "Republic of Korea", "geonames:1842485"),
        ("Singapore", None, "geonames:1880252"),
        ("Luxembourg", None, "country:LU"),
        ("Afrique du Sud", None, "country:ZA"),
        ("Gauteng", "South Africa", "network:gauteng"),
        ("Barcelona (Provincial Council)", "Spain", "network:barcelona-province"),
        ("Milan (city)", "Italy", "geonames:3173435"),
    ],
)
def test_a_name_finds_its_place(
    gazetteer: Gazetteer, name: str, country: str | None, place_id: str
) -> None:
    found = gazetteer.find(name, country)
    assert found is not None
    assert found.id == place_id
    assert gazetteer.place(place_id) == found


def test_a_region_decides_between_namesakes(gazetteer: Gazetteer) -> None:
    found = [gazetteer.find("Portland", "US", region) for region in ("Oregon", "Maine")]
    assert [place and place.region for place in found] == ["Oregon", "Maine"]


def test_an_unknown_name_finds_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Xyzzyville") is None
    assert gazetteer.find("Durban", "France") is None


def test_a_place_carries_its_facts(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("Durban") == GazetteerPlace(
        id="geonames:1007311",
        name="Durban",
        kind="city",
        country="ZA",
        country_name="South Africa",
        latitude=-29.8579,
        longitude=31.0292,
        population=3338026,
        continent="AF",
    )


@pytest.mark.parametrize(
    ("name", "population", "language", "word"),
    [
        ("nice", 342_669, "en", True),
        ("reading", 318_014, "en", True),
        ("mobile", 187_041, "en", True),
        ("same", 34_322, "en", True),
        ("essen", 593_085, "de", True),
        ("essen", 593_085, "en", False),
        ("milan", 1_371_498, "en", False),
        ("madrid", 3_255_944, "es", False),
        ("new york", 8_804_190, "en", False),
    ],
)
def test_a_name_far_more_frequent_than_its_place_is_large_is_a_word(
    name: str, population: int, language: str, word: bool
) -> None:
    assert is_word(name, population, language) is word


def test_parts_of_the_world_have_their_countries() -> None:
    known = regions()
    assert known["africa"] == known["afrique"] >= {"ZA", "EG", "KE"}
    assert {"MX", "BR", "CU"} <= known["america latina"]
    assert {"JO", "TR"} <= known["moyen orient"]
    assert {"IN", "FJ", "ID"} <= known["asia pacific"]
    assert known["sub saharan africa"] & {"MA", "KE", "SD"} == {"KE", "SD"}
    countries = set().union(*known.values())
    assert all(len(code) == 2 for code in countries)
