from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import DamagedError
from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.lexical import Lexical, best
from indexer.snapshot.postings import write_lexical

PASSAGES = 5


def write(folder: Path) -> Path:
    """Five passages: `santé` in 2 alone, `water` in 0, 2 and 4."""
    terms = ["santé".encode(), b"water"]
    blocks = [
        (np.array([1, 0]), np.array([0, 2]), np.array([0.5, 2], dtype=np.float32)),
        (np.array([2, 3]), np.array([2, 4]), np.array([1.25, 0.75], dtype=np.float32)),
    ]
    folder.mkdir()
    write_lexical(folder, Analyzer({"fr": ["de"]}), terms, np.array([1, 3]), blocks)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "lexical")


@pytest.fixture
def lexical(folder: Path) -> Lexical:
    return Lexical(folder, PASSAGES)


@pytest.mark.parametrize(
    ("terms", "scores"),
    [
        ([], [0, 0, 0, 0, 0]),
        (["unknown", ""], [0, 0, 0, 0, 0]),
        (["water"], [0.5, 0, 1.25, 0, 0.75]),
        (["santé", "unknown", "water"], [0.5, 0, 3.25, 0, 0.75]),
        (["water", "water"], [1, 0, 2.5, 0, 1.5]),
    ],
)
def test_a_score_is_the_sum_of_the_weights_of_the_terms(
    lexical: Lexical, terms: list[str], scores: list[float]
) -> None:
    found = lexical.scores(terms)
    assert found.dtype == np.float32
    assert found.tolist() == scores


def test_it_is_known_which_passages_hold_each_of_some_terms(lexical: Lexical) -> None:
    found = lexical.holds(["water", "unknown", "santé"], np.array([4, 0, 1, 2]))
    assert found.tolist() == [[True, True, False, True], [False] * 4, [False] * 3 + [True]]
    assert lexical.holds([], np.array([4, 0])).shape == (0, 2)


def test_rare_terms_have_a_higher_idf_and_unknown_ones_none(lexical: Lexical) -> None:
    assert lexical.idf("water") == pytest.approx(log(1 + (5 - 3 + 0.5) / (3 + 0.5)), abs=1e-12)
    assert lexical.idf("santé") == pytest.approx(log(1 + (5 - 1 + 0.5) / (1 + 0.5)), abs=1e-12)
    assert lexical.idf("unknown") == 0.0


def test_the_analyzer_comes_with_it(lexical: Lexical) -> None:
    assert lexical.analyzer.terms("de l'eau", "fr") == ["l", "eau"]


@pytest.mark.parametrize(("k", "rows"), [(2, [3, 1]), (3, [3, 1, 4]), (9, [3, 1, 4, 0])])
def test_the_best_come_first_equal_ones_by_row_and_none_without_a_score(
    k: int, rows: list[int]
) -> None:
    scores = np.array([0.5, 2, 0, 3, 2, 0], dtype=np.float32)
    found, their_scores = best(scores, k)
    assert found.tolist() == rows
    assert their_scores.tolist() == scores[rows].tolist()


def test_nothing_scored_gives_nothing() -> None:
    rows, scores = best(np.zeros(4, dtype=np.float32), 3)
    assert (rows.tolist(), scores.tolist()) == ([], [])


@settings(max_examples=50)
@given(st.lists(st.integers(0, 4), max_size=30), st.integers(1, 35))
def test_the_best_are_those_of_a_plain_sort(points: list[int], k: int) -> None:
    expected = sorted((row for row, p in enumerate(points) if p), key=lambda r: (-points[r], r))
    rows, _ = best(np.array(points, dtype=np.float32), k)
    assert rows.tolist() == expected[:k]


ARRAYS = ["weights.npy", "postings.npy", "offsets.npy", "most.npy", "terms.npy"]
FILES = ["analysis.json", "terms.bin", *ARRAYS]


def test_these_files_are_written(folder: Path) -> None:
    assert sorted(file.name for file in folder.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_missing_or_cut_short_is_damage(folder: Path, name: str) -> None:
    data = (folder / name).read_bytes()
    (folder / name).unlink()
    for kept in (None, 0, -1):
        if kept is not None:
            (folder / name).write_bytes(data[:kept])
        with pytest.raises(DamagedError, match=f"^{folder}: cannot be read; rebuild the"):
            Lexical(folder, PASSAGES)
