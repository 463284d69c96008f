from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.lexical import SUMMED, Lexical, best
from indexer.snapshot.postings import write_lexical
from indexer.snapshot.pruning import Held, contenders

PASSAGES = 3000
SHARES = [0.9, 0.5, 0.3, 0.1, 0.03, 0.01, 0.002]
"""How many of the passages hold each term, as terms of a language do: few are frequent."""


def held(rng: np.random.Generator, share: float, levels: int) -> Held:
    """A term whose weights are few different numbers, so that many passages score alike."""
    rows = np.flatnonzero(rng.random(PASSAGES) < share).astype(np.int32)
    idf = np.log(1 + (PASSAGES - len(rows) + 0.5) / (len(rows) + 0.5))
    weights = (idf * rng.integers(1, levels + 1, len(rows)) / levels).astype(np.float32)
    return Held(rows, weights, float(weights.max(initial=0)))


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> Lexical:
    folder, rng = tmp_path_factory.mktemp("lexical"), np.random.default_rng(5)
    terms = [held(rng, share, 7) for share in SHARES]
    counts = np.array([len(term.rows) for term in terms])
    rows = np.concatenate([term.rows for term in terms])
    weights = np.concatenate([term.weights for term in terms])
    names = [str(number).encode() for number in range(len(SHARES))]
    write_lexical(
        folder, Analyzer({"en": []}), names, counts, [(np.arange(len(rows)), rows, weights)]
    )
    return Lexical(folder, PASSAGES)


questions = st.lists(st.integers(0, len(SHARES)), min_size=1, max_size=6)
"""Terms by number; the last one is in no passage, and one may come twice."""


@settings(max_examples=150)
@given(
    questions,
    st.integers(1, 200),
    st.sampled_from([None, 0, 3, 150, 1500]),
    st.sampled_from([0, 1]),
)
def test_the_best_are_those_of_scoring_everything(
    lexical: Lexical, asked: list[int], k: int, among: int | None, small: int
) -> None:
    terms = [str(number) for number in asked]
    expected = lexical.scores(terms)
    rows = None
    if among is not None:
        rows = np.sort(np.random.default_rng(k).choice(PASSAGES, among, replace=False))
        expected[np.setdiff1d(np.arange(PASSAGES), rows)] = 0
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("indexer.snapshot.lexical.SUMMED", small * SUMMED)
        found, scores = lexical.best(terms, k, rows)
    plain, plain_scores = best(expected, k)
    assert found.tolist() == plain.tolist()
    assert scores.tobytes() == plain_scores.tobytes()


def test_few_passages_contend_where_a_rare_term_decides() -> None:
    rng = np.random.default_rng(1)
    common, rare = held(rng, 0.9, 50), held(rng, 0.01, 50)
    found = contenders([common, rare], 10, PASSAGES)
    assert 10 <= len(found) <= len(rare.rows) < 60
    assert set(found.tolist()) <= set(rare.rows.tolist())


def test_no_term_leaves_no_passage() -> None:
    assert contenders([], 10, PASSAGES).tolist() == []
    nothing = Held(np.zeros(0, np.int32), np.zeros(0, np.float32), 0.0)
    assert contenders([nothing], 10, PASSAGES).tolist() == []


def test_a_posting_without_passages_gives_nothing_to_any() -> None:
    nothing = Held(np.zeros(0, np.int32), np.zeros(0, np.float32), 0.0)
    assert nothing.of(np.array([0, 5])).tolist() == [0, 0]


def test_a_term_that_is_looked_up_gives_what_it_gives_when_it_is_added(lexical: Lexical) -> None:
    rows = np.array([2999, 0, 17, 17, 4])
    assert lexical.of(["0", "3"], rows).tolist() == lexical.scores(["0", "3"])[rows].tolist()


def test_terms_are_found_whatever_their_letters(tmp_path: Path) -> None:
    names = sorted(word.encode() for word in ["", "água", "zebra", "город", "水", "a", "ab"])
    ones = np.ones(len(names), dtype=np.int64)
    block = (np.arange(len(names)), np.arange(len(names)), ones.astype(np.float32))
    write_lexical(tmp_path, Analyzer({"en": []}), names, ones, [block])
    found = Lexical(tmp_path, len(names))
    for row, name in enumerate(names):
        assert found.best([name.decode()], 3)[0].tolist() == [row]
    assert found.best(["b", "zebras", "агород"], 3)[0].tolist() == []
