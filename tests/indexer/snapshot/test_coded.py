from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.coded import NEAREST
from indexer.snapshot.kinds import EXACT, Plan, plan_for
from indexer.snapshot.manifest import VectorsInfo
from indexer.snapshot.vectors import Vectors, write_vectors

COUNT, DIMENSION = 8000, 16
FILES = ["vectors.faiss", "vectors.npy"]

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
    return write_vectors(folder, batches, stored.shape[1], plan_for(len(stored), "rabitq"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VectorsInfo]:
    folder = tmp_path_factory.mktemp("vectors")
    return folder, write(folder)


@pytest.fixture(scope="module")
def vectors(made: tuple[Path, VectorsInfo]) -> Vectors:
    return Vectors(made[0])


def test_the_kind_follows_the_size_unless_it_is_said() -> None:
    assert plan_for(EXACT) == Plan("exact", EXACT)
    assert plan_for(EXACT + 1) == Plan("rabitq", EXACT + 1)
    assert plan_for(1_000_000, "exact") == Plan("exact", 1_000_000)
    assert plan_for(1, "rabitq") == Plan("rabitq", 1)


def test_the_first_number_is_kept_where_it_finds_enough(made: tuple[Path, VectorsInfo]) -> None:
    folder, info = made
    assert (info.kind, info.compared, info.tried) == ("rabitq", 400, 400)
    assert 0.98 <= info.recall == info.reached
    assert sorted(path.name for path in folder.iterdir()) == ["centre.npy", "spread.npy", *FILES]


def test_more_are_compared_where_codes_tell_too_little(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    one = rng.normal(0, 1, DIMENSION) + np.zeros((COUNT, 1))  # all but the same text
    made = (one + rng.normal(0, 0.02, one.shape)).astype(np.float32)
    made[: COUNT // 2] *= np.sign(rng.normal(0, 1, DIMENSION)).astype(np.float32)
    info = write(tmp_path, made / np.linalg.norm(made, axis=1, keepdims=True))
    assert info.tried == 400
    assert info.reached < 0.98
    assert info.compared > 400
    assert info.recall >= 0.98


def test_codes_tell_much_where_two_dimensions_hold_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.snapshot.coded.COMPARED", 100)
    skewed = np.random.default_rng(6).normal(0, 1, (COUNT, 64)).astype(np.float32)
    skewed[:, :2] *= (12, 8)
    info = write(tmp_path, skewed / np.linalg.norm(skewed, axis=1, keepdims=True))
    assert info.reached >= 0.9  # 0.76 where vectors are not turned


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
    np.testing.assert_allclose(vectors.spread.centre, STORED.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_few_vectors_are_all_found(tmp_path: Path, count: int) -> None:
    info = write(tmp_path, STORED[:count])
    assert (info.compared, info.recall) == (400, 1.0)
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
