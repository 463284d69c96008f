from __future__ import annotations

import numpy as np
import pytest

from indexer.snapshot.snapshot import Snapshot
from search_api.engine.asked import Asked
from search_api.engine.preference import FIRST, GAINS, preferences
from search_api.engine.searcher import Searcher

LIMA, DURBAN, QUITO = "geonames:3936456", "geonames:1007311", "geonames:3652462"


def gains(snapshot: Snapshot, asked: Asked) -> dict[str, float]:
    """The highest gain of each document that gains anything."""
    documents = snapshot.passages.document_ids()
    found = preferences(asked, snapshot.places, snapshot.labels, len(documents))
    assert found is not None
    highest: dict[str, float] = {}
    for row in np.flatnonzero(found):
        gain = round(float(found[row]), 4)
        highest[documents[row]] = max(gain, highest.get(documents[row], 0))
    return highest


def test_nothing_gains_where_no_place_is_asked_for(cities: Snapshot) -> None:
    assert preferences(Asked(), cities.places, cities.labels, 3) is None


def test_a_place_s_own_records_come_before_what_merely_names_it(cities: Snapshot) -> None:
    assert gains(cities, Asked((LIMA,))) == {"lima-water": FIRST, "essay": GAINS[2]}


def test_of_a_place_without_records_what_names_it_gains_as_much_as_another_s(
    cities: Snapshot,
) -> None:
    assert gains(cities, Asked((QUITO,))) == {"essay": GAINS[2]}
    assert gains(cities, Asked((DURBAN, QUITO))) == {"durban-water": FIRST, "essay": FIRST}


def test_a_country_s_cities_gain_too(cities: Snapshot) -> None:
    found = gains(cities, Asked((), frozenset({"KZ", "VE"})))
    assert found == {"astana-shops": FIRST, "valencia-ve": FIRST}


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("water in eThekwini", "durban-water"),
        ("What was sold in Astana?", "astana-shops"),
        ("Kazakh shops", "astana-shops"),
    ],
)
def test_an_alias_finds_the_record_of_the_other_name_and_hides_nothing(
    city_searcher: Searcher, question: str, first: str
) -> None:
    answer = city_searcher.ask(question, 100, group="none")
    assert answer.results[0].document.id == first
    assert {r.document.id for r in answer.results} > {"essay", "report", "valencia-es"}
