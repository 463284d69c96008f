from __future__ import annotations

import pytest

from indexer.copies import Copies, find_copies

BARRELS = (
    "Each school in the hill quarter got two rain barrels and a hand pump before the dry season "
    "began, and the parents took turns at night to guard the taps"
)
FERRY = "The night ferry now carries nurses across the river free of charge until the bridge opens."
ABOUT = "Harbour Towns is a league of ports that share what they learn about the sea."


def test_a_passage_of_another_document_that_says_the_same_is_a_copy_of_the_first() -> None:
    loud = BARRELS.upper().replace(" ", " – ")
    rows = [(0, BARRELS), (0, FERRY), (1, loud), (2, FERRY + " Soon"), (3, BARRELS)]
    assert find_copies(rows) == Copies({2: 0, 3: 1, 4: 0}, frozenset())


@pytest.mark.parametrize(("kept", "copies"), [(27, {1: 0}), (24, {}), (2, {})])
def test_copies_share_four_of_five_word_triples(kept: int, copies: dict[int, int]) -> None:
    words = BARRELS.split()
    assert len(words) == 30
    assert find_copies([(0, BARRELS), (1, " ".join(words[:kept]))]).of == copies


def test_what_a_document_repeats_itself_is_no_copy() -> None:
    assert find_copies([(0, BARRELS), (0, BARRELS), (1, FERRY)]).of == {}
    assert find_copies([(0, BARRELS), (0, BARRELS), (1, BARRELS)]).of == {2: 0}


def test_boilerplate_stands_in_three_documents_beside_other_text() -> None:
    own = [(n, f"{word} built a wall.") for n, word in enumerate(["Ada", "Bo", "Cy"])]
    about = [(n, ABOUT) for n in range(3)]
    assert find_copies([*own, *about]) == Copies({4: 3, 5: 3}, frozenset({3, 4, 5}))
    assert find_copies([*own, *about[:2]]) == Copies({4: 3}, frozenset())
    assert find_copies([*own[:2], *about]) == Copies({3: 2, 4: 2}, frozenset())


def test_nothing_has_no_copies() -> None:
    assert find_copies([]) == Copies({}, frozenset())
