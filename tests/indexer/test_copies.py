from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from indexer.copies import Copies, find_copies

BARRELS = (
    "Each school in the hill quarter got two rain barrels and a hand pump before the dry season "
    "began, and the parents took turns at night to guard the taps"
)
FERRY = "The night ferry now carries nurses across the river free of charge until the bridge opens."
ABOUT = "Harbour Towns is a league of ports that share what they learn about the sea."


def copies_of(rows: Sequence[tuple[int, str]]) -> Copies:
    return find_copies(rows, lambda row: rows[row][1])


def test_a_passage_of_another_document_that_says_the_same_is_a_copy_of_the_first() -> None:
    loud = BARRELS.upper().replace(" ", " – ")
    rows = [(0, BARRELS), (0, FERRY), (1, loud), (2, FERRY + " Soon"), (3, BARRELS)]
    assert copies_of(rows) == Copies({2: 0, 3: 1, 4: 0}, frozenset())


@pytest.mark.parametrize(("kept", "copies"), [(27, {1: 0}), (24, {}), (2, {})])
def test_copies_share_four_of_five_word_triples(kept: int, copies: dict[int, int]) -> None:
    words = BARRELS.split()
    assert len(words) == 30
    assert copies_of([(0, BARRELS), (1, " ".join(words[:kept]))]).of == copies


def test_hardly_any_copy_is_missed() -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    words = [f"w{number}" for number in range(2000)]
    first = [chance.sample(words, 42) for _ in range(200)]
    changed = [[*each[:-4], *chance.sample(words, 4)] for each in first]  # 36 triples of 44
    found = copies_of([(n, " ".join(each)) for n, each in enumerate(first + changed)]).of
    assert len(found) == 199
    assert {copy - row for copy, row in found.items()} == {200}


def test_what_a_document_repeats_itself_is_no_copy() -> None:
    assert copies_of([(0, BARRELS), (0, BARRELS), (1, FERRY)]).of == {}
    assert copies_of([(0, BARRELS), (0, BARRELS), (1, BARRELS)]).of == {2: 0}


def test_boilerplate_stands_in_three_documents_beside_other_text() -> None:
    own = [(n, f"{word} built a wall.") for n, word in enumerate(["Ada", "Bo", "Cy"])]
    about = [(n, ABOUT) for n in range(3)]
    assert copies_of([*own, *about]) == Copies({4: 3, 5: 3}, frozenset({3, 4, 5}))
    assert copies_of([*own, *about[:2]]) == Copies({4: 3}, frozenset())
    assert copies_of([*own[:2], *about]) == Copies({3: 2, 4: 2}, frozenset())


def test_nothing_has_no_copies() -> None:
    assert copies_of([]) == Copies({}, frozenset())
