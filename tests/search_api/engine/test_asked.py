from __future__ import annotations

import pytest

from indexer.snapshot.snapshot import Snapshot
from search_api.engine.asked import Asked, asked_places

LIMA, DURBAN, ASTANA = "geonames:3936456", "geonames:1007311", "geonames:1526273"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Lima do?", Asked((LIMA,))),
        ("what did durban do about water?", Asked((DURBAN,))),
        ("¿Qué hizo eThekwini?", Asked((DURBAN,))),
        ("Nur-Sultan's shops", Asked((ASTANA,))),
        ("shops in Astana and in Lima", Asked((ASTANA, LIMA))),
        ("Peruvian cities", Asked((), frozenset({"PE"}))),
        ("l'eau au Pérou", Asked((), frozenset({"PE"}))),
        ("What happened in Shanghai?", Asked((), frozenset(), ("Shanghai",))),
        ("water for everybody", Asked()),
        ("", Asked()),
        ("???", Asked()),
    ],
)
def test_a_question_s_places_are_found_under_any_name(
    cities: Snapshot, question: str, expected: Asked
) -> None:
    assert asked_places(question, cities.places, cities.labels) == expected


def test_a_part_of_the_world_stands_for_its_countries(cities: Snapshot) -> None:
    asked = asked_places("water in Latin American cities", cities.places, cities.labels)
    assert asked.cities == ()
    assert {"PE", "MX", "BR"} <= asked.countries
    assert "ES" not in asked.countries


def test_a_word_that_some_town_is_called_needs_a_capital(cities: Snapshot) -> None:
    for question in ("cleaning of buses, trams and metro trains", "Reading is of use", "nice"):
        assert asked_places(question, cities.places, cities.labels) == Asked()


def test_of_namesakes_the_likeliest_that_is_spoken_of_is_meant(cities: Snapshot) -> None:
    (valencia,) = asked_places("Valencia", cities.places, cities.labels).cities
    assert cities.places.place(valencia) is not None
    assert valencia in cities.labels.values("own")
