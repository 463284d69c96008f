from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.inverted import NEAREST
from indexer.snapshot.kinds import EXACT, Plan, plan_for
from indexer.snapshot.manifest import VectorsInfo
from indexer.snapshot.vectors import Vectors, write_vectors

COUNT, DIMENSION = 8000, 16
FILES = ["vectors.faiss", "vectors.lists", "vectors.npy", "vectors.sizes.npy"]

Array = NDArray[np.float32]


def of_subjects(seed: int, count: int) -> Array:
    """Vectors of length 1 in groups, as those of texts are."""
    rng = np.random.default_rng(seed)
    subjects = np.random.default_rng(0).normal(0.3, 1, (60, DIMENSION))
    made = subjects[rng.integers(0, 60, count)] + rng.normal(0, 0.5, (count, DIMENSION))
    found: Array = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return found


STORED = of_subjects(1, COUNT)


def write(folder: Path, stored: Array = STORED) -> VectorsInfo:
    batches = [stored[:7], stored[7:7], stored[7:2500], stored[2500:]]
    return write_vectors(folder, batches, stored.shape[1], plan_for(len(stored), "ivf"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VectorsInfo]:
    folder = tmp_path_factory.mktemp("vectors")
    return folder, write(folder)


@pytest.fixture(scope="module")
def vectors(made: tuple[Path, VectorsInfo]) -> Vectors:
    return Vectors(made[0])


def test_the_kind_follows_the_size_unless_it_is_said() -> None:
    assert plan_for(EXACT) == Plan("exact", EXACT)
    assert plan_for(EXACT + 1) == Plan("ivf", EXACT + 1, 447)
    assert plan_for(1_000_000) == Plan("ivf", 1_000_000, 2000)
    assert plan_for(1_000_000, "exact") == Plan("exact", 1_000_000)
    assert [plan_for(count, "ivf").lists for count in (1, 79, 80, 4000)] == [1, 1, 2, 100]


def test_half_of_the_lists_are_searched_at_first_unless_they_hold_too_much() -> None:
    sizes = (0, 1, 80, 100_000, 300_000, 1_000_000)
    assert [plan_for(size, "ivf").first_probes for size in sizes] == [1, 1, 1, 316, 547, 300]


def test_half_of_the_lists_are_searched_where_that_finds_enough(
    made: tuple[Path, VectorsInfo],
) -> None:
    folder, info = made
    assert (info.kind, info.lists, info.tried) == ("ivf", 178, 89)
    assert (info.probes, info.reached) == (89, info.recall)
    assert 0.98 <= info.recall <= 1
    assert sorted(path.name for path in folder.iterdir()) == ["centre.npy", *FILES]


def test_more_lists_are_searched_where_vectors_have_no_subjects(tmp_path: Path) -> None:
    made = np.random.default_rng(6).normal(0, 1, (4000, 48)).astype(np.float32)
    info = write(tmp_path, made / np.linalg.norm(made, axis=1, keepdims=True))
    assert (info.lists, info.tried) == (100, 50)
    assert info.reached < 0.98
    assert info.probes == 100
    assert info.recall >= 0.97


def test_the_recall_that_was_measured_is_that_of_questions_too(vectors: Vectors) -> None:
    found = wanted = 0
    for query in of_subjects(2, 100):
        rows, scores = vectors.search(query, NEAREST)
        best = np.argsort(-(STORED @ query))[:NEAREST]
        found, wanted = found + len(set(rows.tolist()) & set(best.tolist())), wanted + NEAREST
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)
        np.testing.assert_allclose(scores, STORED[rows] @ query, atol=1e-3)
    assert found / wanted >= 0.97


def test_every_vector_finds_itself_first_with_score_one(vectors: Vectors) -> None:
    assert len(vectors) == COUNT
    for row in range(0, COUNT, 40):
        rows, scores = vectors.search(STORED[row], 1)
        assert rows.tolist() == [row]
        assert scores[0] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(("allowed", "least"), [(1, 1.0), (30, 1.0), (1000, 1.0), (6000, 0.97)])
def test_a_filtered_search_finds_what_is_allowed_and_nothing_else(
    vectors: Vectors, allowed: int, least: float
) -> None:
    among = np.sort(np.random.default_rng(3).choice(COUNT, allowed, replace=False))
    found = wanted = 0
    for query in of_subjects(4, 30):
        rows, _ = vectors.search(query, NEAREST, among)
        best = among[np.argsort(-(STORED[among] @ query))[:NEAREST]]
        assert len(set(rows.tolist())) == len(rows) == min(NEAREST, allowed)
        assert set(rows.tolist()) <= set(among.tolist())
        found, wanted = found + len(set(rows.tolist()) & set(best.tolist())), wanted + len(best)
    assert found / wanted >= least - 0.01  # half precision may exchange the last two


def test_nothing_allowed_finds_nothing(vectors: Vectors) -> None:
    assert vectors.search(STORED[0], 5, np.zeros(0, dtype=np.int64))[0].tolist() == []


def test_vectors_come_back_in_half_precision_and_the_centre_in_full(vectors: Vectors) -> None:
    rows = np.array([7999, 0, 7, 0])
    np.testing.assert_array_equal(vectors.at(rows), STORED[rows].astype(np.float16))
    np.testing.assert_allclose(vectors.centre, STORED.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_few_vectors_are_all_found(tmp_path: Path, count: int) -> None:
    info = write(tmp_path, STORED[:count])
    assert (info.lists, info.probes) == (1, 1)
    rows, _ = Vectors(tmp_path).search(STORED[0], 100)
    assert sorted(rows.tolist()) == list(range(count))


def test_open_vectors_outlive_their_folder(tmp_path: Path) -> None:
    write(tmp_path, STORED[:500])
    opened = Vectors(tmp_path)
    for file in tmp_path.iterdir():
        file.unlink()
    assert opened.search(STORED[9], 1)[0].tolist() == [9]


def test_a_snapshot_may_get_another_name(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    write(tmp_path / "before", STORED[:500])
    (tmp_path / "before").rename(tmp_path / "after")
    assert Vectors(tmp_path / "after").search(STORED[9], 1)[0].tolist() == [9]


@pytest.mark.parametrize("name", FILES)
def test_a_file_missing_empty_foreign_or_cut_short_is_damage(tmp_path: Path, name: str) -> None:
    write(tmp_path, STORED[:500])
    data = (tmp_path / name).read_bytes()
    for spoilt in (None, b"", b"no such format", data[: len(data) // 2]):
        path = tmp_path / name
        path.unlink() if spoilt is None else path.write_bytes(spoilt)
        with pytest.raises(DamagedError, match=rf"^{tmp_path}: no vectors to be read; rebuild"):
            Vectors(tmp_path)


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
