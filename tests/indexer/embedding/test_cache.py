from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from indexer.embedding.cache import LIMIT, VectorCache
from indexer.embedding.embedded import Embedded

FINGERPRINT = "f" * 64
TEXTS = ["water", "", "Bogotá", "Bogota\u0301", "🚰\r\n\0"]


def embedded(count: int, seed: int = 1) -> list[Embedded]:
    """Vectors with the bits of no token, of one, of two ..."""
    chance = np.random.default_rng(seed)
    return [
        Embedded(
            chance.normal(size=32).astype(np.float32),
            chance.integers(0, 256, (tokens % 9, 8), dtype=np.uint8),
            np.arange(tokens % 9, dtype=np.int32) * 70_000,
        )
        for tokens in range(count)
    ]


def file(folder: Path) -> Path:
    (path,) = folder.glob("embedded-*.sqlite")
    return path


def fill(folder: Path, count: int = len(TEXTS)) -> list[Embedded]:
    made = embedded(count)
    with closing(VectorCache(folder, FINGERPRINT)) as cache:
        cache.put([*TEXTS, *map(str, range(count))][:count], made)
    return made


def known(folder: Path, texts: list[str], fingerprint: str = FINGERPRINT) -> list[bool]:
    with closing(VectorCache(folder, fingerprint)) as cache:
        return [vector is not None for vector in cache.get(texts)]


def test_what_was_made_of_a_text_comes_back_bit_by_bit(
    tmp_path: Path,
) -> None:
    made = fill(tmp_path / "new" / "folder")
    with closing(VectorCache(tmp_path / "new" / "folder", FINGERPRINT)) as cache:
        for vector, expected in zip(cache.get(TEXTS[::-1]), made[::-1], strict=True):
            assert vector is not None
            np.testing.assert_array_equal(vector.vector, expected.vector)
            np.testing.assert_array_equal(vector.starts, expected.starts)
            assert vector.bits.tolist() == expected.bits.tolist()


def test_what_was_never_kept_is_none_in_its_place(tmp_path: Path) -> None:
    fill(tmp_path)
    assert known(tmp_path, ["Water", "water", "water ", "Bogotá"]) == [False, True, False, True]
    assert known(tmp_path, []) == []


def test_models_do_not_share_vectors(tmp_path: Path) -> None:
    fill(tmp_path)
    assert known(tmp_path, TEXTS, "e" * 64) == [False] * 5
    assert known(tmp_path, TEXTS) == [True] * 5


def test_a_text_kept_again_has_its_newer_vector(tmp_path: Path) -> None:
    fill(tmp_path)
    newer = embedded(1, seed=2)
    with closing(VectorCache(tmp_path, FINGERPRINT)) as cache:
        cache.put(["water"], newer)
        (found,) = cache.get(["water"])
    assert found is not None
    np.testing.assert_array_equal(found.vector, newer[0].vector)


def test_two_builds_may_fill_one_cache(tmp_path: Path) -> None:
    made = embedded(2)
    with (
        closing(VectorCache(tmp_path, FINGERPRINT)) as one,
        closing(VectorCache(tmp_path, FINGERPRINT)) as other,
    ):
        one.put(["water"], made[:1])
        other.put(["food"], made[1:])
        assert [vector is not None for vector in one.get(["food", "water"])] == [True, True]


@pytest.mark.parametrize("column", ["checksum", "vector"])
def test_a_damaged_vector_is_as_one_never_kept(tmp_path: Path, column: str) -> None:
    fill(tmp_path)
    damaged = {"checksum": "checksum + 1", "vector": "zeroblob(length(vector))"}[column]
    with closing(sqlite3.connect(file(tmp_path))) as db, db:
        db.execute(
            f"UPDATE vectors SET {column} = {damaged} "  # noqa: S608 - our own names
            "WHERE key = (SELECT min(key) FROM vectors)"
        )
    assert sorted(known(tmp_path, TEXTS)) == [False, True, True, True, True]


@pytest.mark.parametrize("content", [b"", b"no database", b"x" * 10_000])
def test_what_is_no_database_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    fill(tmp_path)
    file(tmp_path).write_bytes(content)
    assert known(tmp_path, TEXTS) == [False] * 5
    fill(tmp_path)
    assert known(tmp_path, TEXTS) == [True] * 5


@pytest.mark.parametrize("page", [1, 3, -1])
def test_a_page_of_garbage_costs_vectors_and_no_build(tmp_path: Path, page: int) -> None:
    """Pages of 4096 bytes: the first describes the file, the second is the root of the table."""
    fill(tmp_path, 200)
    data = bytearray(file(tmp_path).read_bytes())
    pages = len(data) // 4096
    assert pages > 8
    start = page % pages * 4096
    data[start : start + 4096] = b"\xa5" * 4096
    file(tmp_path).write_bytes(data)
    texts = [*TEXTS, *map(str, range(195))]
    with closing(VectorCache(tmp_path, FINGERPRINT)) as cache:
        found = cache.get(texts)
        cache.put(["new"], embedded(1, seed=3))
        (new,) = cache.get(["new"])
    for vector, expected in zip(found, embedded(200), strict=True):
        assert vector is None or vector.vector.tolist() == expected.vector.tolist()
    assert new is not None


def test_a_cache_beyond_its_limit_is_begun_anew(tmp_path: Path) -> None:
    fill(tmp_path)
    with file(tmp_path).open("r+b") as stream:
        stream.truncate(LIMIT + 1)  # a hole, which takes no room on the disk
    assert known(tmp_path, TEXTS) == [False] * 5
    assert file(tmp_path).stat().st_size < 100_000
