from __future__ import annotations

import time

import pytest

from search_api.engine.searcher import Searcher
from search_api.engine.suggestion import Sort, Suggester, Suggestion


def of(text: str, kind: Sort = "title", passages: int = 1) -> Suggestion:
    return Suggestion(text=text, kind=kind, id=None, country_name=None, passages=passages)


def texts(suggester: Suggester, typed: str, limit: int = 8) -> list[str]:
    return [each.text for each in suggester.complete(typed, limit)]


@pytest.fixture(scope="module")
def few() -> Suggester:
    return Suggester(
        [
            (of("Durban", "city", 9), ["ethekwini", "port natal"]),
            (of("São Paulo", "city", 1), ["sampa"]),
            (of("San Francisco", "city", 5), ["são francisco"]),
            (of("social-protection", "topic", 30), []),
            (of("New water for Durban"), []),
            (of("L’eau des quartiers", passages=2), []),
        ]
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("DUR", ["Durban", "New water for Durban"]),
        ("ethek", ["Durban"]),
        ("Port Na", ["Durban"]),
        ("natal", ["Durban"]),
        ("são", ["São Paulo", "San Francisco"]),  # the name that is shown, then another one
        ("sao  p", ["São Paulo"]),
        ("prot", ["social-protection"]),
        ("social pro", ["social-protection"]),
        ("water for d", ["New water for Durban"]),
        ("quart", ["L’eau des quartiers"]),
        ("urban", []),  # no word begins so
        ("", []),
        ("¿?", []),
        ("\U0010ffff", []),
    ],
)
def test_words_are_completed_whatever_their_spelling(
    typed: str, found: list[str], few: Suggester
) -> None:
    assert texts(few, typed) == found


def test_what_more_passages_speak_of_comes_first_and_no_kind_fills_all_places() -> None:
    cities = [(of(f"Water City {n}", "city", 50 + n), [f"waters {n}"]) for n in range(6)]
    suggester = Suggester([*cities, (of("water", "topic", 7), []), (of("Water tanks"), [])])
    assert texts(suggester, "wat", 4) == ["Water City 5", "Water City 4", "water", "Water tanks"]
    assert texts(suggester, "wat", 1) == ["Water City 5"]
    assert texts(suggester, "water city", 6) == [f"Water City {n}" for n in (5, 4, 3, 2, 1, 0)]


def test_nothing_completes_to_nothing() -> None:
    assert Suggester([]).complete("a", 3) == []


def test_a_collection_is_suggested_with_its_counts(searcher: Searcher) -> None:
    suggester = searcher.suggester
    assert [(s.text, s.kind, s.id, s.passages) for s in suggester.complete("wat", 8)] == [
        ("water", "topic", None, 4),
    ]
    (durban, title) = suggester.complete("durb", 8)
    assert (durban.kind, durban.id, durban.country_name) == (
        "city",
        "geonames:1007311",
        "South Africa",
    )
    assert (title.text, title.kind, title.id, title.passages) == (
        "Notes from Durban", "title", "durban-note", 4,
    )  # fmt: skip
    assert texts(suggester, "ethekw") == ["Durban"]


def test_one_letter_is_completed_in_a_millisecond_among_five_thousand_titles() -> None:
    words = ["water", "streets", "masks", "food", "homes", "shops", "care", "closed", "buses"]
    suggester = Suggester(
        [
            (of(f"{words[n % 9]} {words[n % 7]} {words[n % 5]} {n}", passages=n), [])
            for n in range(5000)
        ]
    )
    taken = []
    for _ in range(20):
        began = time.perf_counter()
        assert len(suggester.complete("s", 8)) == 8
        taken.append(time.perf_counter() - began)
    assert min(taken) < 0.001
