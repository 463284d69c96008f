from __future__ import annotations

import pytest

from indexer.gazetteer.gazetteer import Gazetteer
from indexer.gazetteer.nearness import distance, is_near


@pytest.mark.parametrize(
    ("one", "other", "kilometres", "near"),
    [
        (("Madrid", "ES"), ("Barcelona", "ES"), 505, False),
        (("Faro", "PT"), ("Lagos", "PT"), 67, True),
        (("Suva", "FJ"), ("Apia", "WS"), 1_150, False),
        (("Dallas", "US"), ("El Paso", "US"), 919, True),
    ],
)
def test_cities_are_near_by_distance_or_by_their_division(
    gazetteer: Gazetteer,
    one: tuple[str, str],
    other: tuple[str, str],
    kilometres: int,
    near: bool,
) -> None:
    first, second = gazetteer.find(*one), gazetteer.find(*other)
    assert first is not None
    assert second is not None
    assert distance(first, second) == pytest.approx(kilometres, rel=0.02)
    assert distance(second, first) == distance(first, second)
    assert is_near(first, second) is near


def test_a_country_is_at_no_distance(gazetteer: Gazetteer) -> None:
    spain, madrid = gazetteer.country("ES"), gazetteer.find("Madrid")
    assert spain is not None
    assert madrid is not None
    assert distance(spain, madrid) == float("inf")
    assert not is_near(spain, madrid)


def test_capitals_are_marked(gazetteer: Gazetteer) -> None:
    named = [gazetteer.find(*name) for name in (("Suva", "FJ"), ("Bogotá", "CO"), ("Cali", "CO"))]
    assert [place and place.capital for place in named] == [True, True, False]
