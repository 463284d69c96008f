from __future__ import annotations

import pytest

from indexer.snapshot.snapshot import Snapshot
from search_api.engine.searcher import Searcher
from search_api.engine.wording import known_terms


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("the settlements", ["settlement"]),
        ("setlements with watre", ["settlement", "water"]),
        ("bicycel", ["bicycl"]),
        ("qqqq", ["qqqq"]),  # like nothing
        ("tuck", ["truck"]),
        ("tuk", ["tuk"]),  # too short to tell
        ("water2", ["water2"]),  # a code
        ("", []),
    ],
)
def test_words_that_no_passage_holds_are_read_as_those_spelt_like_them(
    question: str, terms: list[str], snapshot: Snapshot
) -> None:
    assert known_terms(snapshot.lexical, question) == terms


def test_a_slip_finds_what_was_meant(searcher: Searcher) -> None:
    meant = searcher.rank("cyclists feared", 3, "lexical")
    slipped = searcher.rank("cyclsts feard", 3, "lexical")
    assert len(meant.rows)
    assert slipped.rows.tolist() == meant.rows.tolist()
    assert slipped.scores.tolist() == meant.scores.tolist()
