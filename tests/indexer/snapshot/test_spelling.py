from __future__ import annotations

import pytest

from indexer.snapshot.spelling import most_alike
from indexer.snapshot.vocabulary import Vocabulary, write_vocabulary

TERMS = [
    "banan", "government", "librar", "library1", "nana", "protest", "protestan", "prove", "z",
    "éclair", "вода", "водный",
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp("terms")
    write_vocabulary(folder, [term.encode() for term in TERMS])
    return Vocabulary(folder)


@pytest.mark.parametrize(
    ("term", "likeness", "found"),
    [
        ("protests", 2 * 7 / (8 + 9), "protest"),  # all pairs but "ts" and "s" at the end
        ("goverment", 2 * 9 / (11 + 10), "government"),
        ("librarry", 2 * 6 / (7 + 9), "librar"),  # no code, though it shares as much
        ("водны", 2 * 5 / (6 + 7), "водный"),  # letters count, not bytes
        ("éclairs", 2 * 6 / (7 + 8), "éclair"),
        ("nananana", 2 * 5 / (5 + 9), "nana"),
        ("nan", 2 * 4 / (4 + 5), "nana"),
    ],
)
def test_the_term_that_shares_most_pairs_of_letters_is_found(
    vocabulary: Vocabulary, term: str, likeness: float, found: str
) -> None:
    best = most_alike(vocabulary, term)
    assert best is not None
    assert best[0] == pytest.approx(likeness, abs=1e-12)
    assert best[1] == found


@pytest.mark.parametrize("term", ["covernment", "prior", "zoo", "x", "\U0001f4a7"])
def test_what_begins_otherwise_or_shares_little_is_another_word(
    vocabulary: Vocabulary, term: str
) -> None:
    assert most_alike(vocabulary, term) is None
