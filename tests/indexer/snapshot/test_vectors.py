from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.vectors import Vectors, write_vectors

COUNT, DIMENSION = 200, 16


def unit(seed: int, count: int, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """Random vectors of length 1, away from the origin as those of real texts are."""
    made = np.random.default_rng(seed).normal(0.3, 1, (count, dimension)).astype(np.float32)
    found: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return found


STORED = unit(1, COUNT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vectors")
    write_vectors(path, [STORED[:7], STORED[7:7], STORED[7:150], STORED[150:]], DIMENSION)
    return path


@pytest.fixture(scope="module")
def vectors(folder: Path) -> Vectors:
    return Vectors(folder)


def test_batches_of_any_size_become_rows_in_their_order(vectors: Vectors) -> None:
    assert len(vectors) == 200
    np.testing.assert_array_equal(vectors.at(np.arange(COUNT)), STORED)


def test_every_vector_finds_itself_first_with_score_one(vectors: Vectors) -> None:
    for row in range(COUNT):
        rows, scores = vectors.search(STORED[row], 1)
        assert rows.tolist() == [row]
        assert scores[0] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("k", [1, 10, 200])
def test_the_nearest_are_those_of_brute_force(vectors: Vectors, k: int) -> None:
    for query in unit(2, 20):
        cosines = STORED.astype(np.float64) @ query
        rows, scores = vectors.search(query, k)
        assert rows.tolist() == np.argsort(-cosines)[:k].tolist()
        np.testing.assert_allclose(scores, np.sort(cosines)[::-1][:k], atol=1e-6)


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(1, 45), st.integers(0, 2**32 - 1))
def test_any_number_asked_of_any_number_agrees_with_brute_force(
    tmp_path_factory: pytest.TempPathFactory, count: int, k: int, seed: int
) -> None:
    folder, stored = tmp_path_factory.mktemp("some"), unit(seed, count, 5)
    write_vectors(folder, [stored], 5)
    (query,) = unit(seed + 1, 1, 5)
    rows, scores = Vectors(folder).search(query, k)
    cosines = stored @ query
    assert len(set(rows.tolist())) == len(rows) == min(k, count)
    np.testing.assert_allclose(scores, cosines[rows], atol=1e-6)
    np.testing.assert_allclose(scores, np.sort(cosines)[::-1][:k], atol=1e-6)


def test_asking_for_more_than_there_is_gives_all_without_empty_slots(vectors: Vectors) -> None:
    rows, scores = vectors.search(STORED[0], 1000)
    assert sorted(rows.tolist()) == list(range(COUNT))
    assert np.isfinite(scores).all()


def test_scores_are_cosines_down_to_minus_one(vectors: Vectors) -> None:
    rows, scores = vectors.search(-STORED[5], COUNT)
    assert rows[-1] == 5
    assert scores[-1] == pytest.approx(-1.0, abs=1e-6)


def test_equal_vectors_are_both_found(tmp_path: Path) -> None:
    stored = STORED[:6].copy()
    stored[4] = stored[1]
    write_vectors(tmp_path, [stored], DIMENSION)
    rows, scores = Vectors(tmp_path).search(stored[1], 2)
    assert set(rows.tolist()) == {1, 4}
    assert scores.tolist() == pytest.approx([1.0, 1.0], abs=1e-6)


def test_cosines_are_those_of_the_rows_asked_for_in_their_order(vectors: Vectors) -> None:
    query, rows = unit(3, 1)[0], np.array([150, 0, 7, 0])
    np.testing.assert_allclose(vectors.cosines(query, rows), STORED[rows] @ query, atol=1e-6)
    assert vectors.cosines(STORED[7], rows)[2] == pytest.approx(1.0, abs=1e-6)
    assert vectors.cosines(query, np.array([], dtype=np.int64)).shape == (0,)


def test_the_centre_gives_the_mean_cosine_of_a_question(vectors: Vectors) -> None:
    np.testing.assert_allclose(vectors.spread.centre, STORED.mean(axis=0), atol=1e-7)
    query = unit(4, 1)[0]
    assert query @ vectors.spread.centre == pytest.approx(float(np.mean(STORED @ query)), abs=1e-6)


def test_no_vectors_at_all_have_their_centre_at_the_origin(tmp_path: Path) -> None:
    write_vectors(tmp_path, [], DIMENSION)
    assert len(Vectors(tmp_path)) == 0
    assert Vectors(tmp_path).spread.centre.tolist() == [0.0] * DIMENSION


def test_open_vectors_outlive_their_folder(tmp_path: Path) -> None:
    write_vectors(tmp_path, [STORED], DIMENSION)
    opened = Vectors(tmp_path)
    for file in tmp_path.iterdir():
        file.unlink()
    assert opened.search(STORED[9], 1)[0].tolist() == [9]


def damage(path: Path, data: bytes | None) -> None:
    path.unlink() if data is None else path.write_bytes(data)


@pytest.mark.parametrize("name", ["vectors.faiss", "centre.npy", "spread.npy"])
def test_a_file_missing_empty_foreign_or_cut_short_is_damage(tmp_path: Path, name: str) -> None:
    write_vectors(tmp_path, [STORED], DIMENSION)
    data = (tmp_path / name).read_bytes()
    cut = [data[: int(len(data) * part)] for part in (0.1, 0.5, 0.999)]
    for spoilt in (None, b"", b"no such format, whatever its name says", *cut):
        damage(tmp_path / name, spoilt)
        with pytest.raises(
            DamagedError, match=rf"^{tmp_path}: no vectors to be read; rebuild the index$"
        ):
            Vectors(tmp_path)


@pytest.mark.parametrize(("count", "room"), [(200, 8192), (20, 1000)])
def test_a_full_disk_is_told_as_one(tmp_path: Path, count: int, room: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))  # each vector takes 64 bytes
    try:
        with pytest.raises(OSError, match="File too large"):
            write_vectors(tmp_path, [STORED[:count]], DIMENSION)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
