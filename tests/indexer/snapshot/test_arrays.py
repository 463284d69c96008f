from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest

from indexer.snapshot.arrays import GrowingArray, distinct, mapped, new_array, save_array


@pytest.mark.parametrize("parts", [[], [0], [1], [3, 0, 70_000, 2]])
def test_an_array_that_grew_reads_as_one_that_was_saved_whole(
    tmp_path: Path, parts: list[int]
) -> None:
    numbers = [np.arange(count) for count in parts]
    growing = GrowingArray(tmp_path / "grown.npy", np.int32)
    for each in numbers:
        growing.add(each)
    growing.close()
    whole = np.concatenate([np.zeros(0, np.int32), *numbers]).astype(np.int32)
    np.save(tmp_path / "saved.npy", whole)
    assert (tmp_path / "grown.npy").read_bytes() == (tmp_path / "saved.npy").read_bytes()


def test_a_new_array_is_filled_in_its_file(tmp_path: Path) -> None:
    new_array(tmp_path / "a.npy", np.float16, (2, 3))[1] = [1, 2, 3]
    assert mapped(tmp_path / "a.npy").tolist() == [[0, 0, 0], [1, 2, 3]]


def test_room_that_is_not_there_is_told_before_anything_is_written(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            new_array(tmp_path / "a.npy", np.float32, (1000,))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_small_array_that_has_no_room_is_told() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        save_array(Path("/dev/full"), np.arange(3))


def test_a_saved_array_is_read_back(tmp_path: Path) -> None:
    pairs = np.arange(200_000, dtype=np.int32).reshape(-1, 2).T
    save_array(tmp_path / "pairs.npy", pairs)
    assert np.array_equal(np.load(tmp_path / "pairs.npy"), pairs)


@pytest.mark.parametrize("values", [([],), ([3],), ([2, 1, 2], []), ([5, 1], [1, 9, 5])])
def test_distinct_values_are_those_of_numpy(values: tuple[list[int], ...]) -> None:
    arrays = [np.array(each, dtype=np.int32) for each in values]
    found = distinct(*arrays)
    np.testing.assert_array_equal(found, np.unique(np.concatenate(arrays)))
    assert found.dtype == np.int32
