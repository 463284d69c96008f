from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from indexer.distributed.shards import Shards, cut
from indexer.distributed.wire import (
    read_documents,
    read_embedded,
    write_documents,
    write_embedded,
)
from indexer.embedding.embedded import Embedded
from indexer.errors import DocumentError, StorageError

KEY = bytes(range(32))


@pytest.fixture
def shards(tmp_path: Path) -> Shards:
    return Shards((tmp_path / "shards").as_uri())


def test_a_shard_is_what_was_put_and_a_damaged_one_is_none(shards: Shards, tmp_path: Path) -> None:
    assert (shards.has("embedded", KEY), shards.get("embedded", KEY)) == (False, None)
    shards.put("embedded", KEY, b"vectors")
    assert (shards.has("embedded", KEY), shards.get("embedded", KEY)) == (True, b"vectors")
    assert not shards.has("documents", KEY)
    (file,) = (path for path in (tmp_path / "shards").rglob("*") if path.is_file())
    whole = file.read_bytes()
    for damaged in (whole[:-1], b"", whole[:20] + b"?" + whole[21:], whole[:-1] + b"?"):
        file.write_bytes(damaged)
        assert shards.get("embedded", KEY) is None


def test_where_nothing_can_be_written_is_said_at_once() -> None:
    with pytest.raises(StorageError, match=r"^/proc/x/written: cannot be written \(No such file"):
        Shards("/proc/x").check()


def digest(item: int) -> bytes:
    return hashlib.sha256(str(item).encode()).digest()


def test_a_stream_is_cut_by_its_content() -> None:
    items = list(range(5000))
    pieces = list(cut(items, digest, 50, lambda item: 1))
    assert [item for piece in pieces for item in piece] == items
    assert 60 < len(pieces) < 160
    assert max(map(len, pieces)) <= 200
    changed = list(cut([*items[:2000], -1, *items[2001:]], digest, 50, lambda item: 1))
    fresh = [piece for piece in changed if piece not in pieces]
    assert 1 <= len(fresh) <= 3
    assert list(cut([], digest, 50, lambda item: 1)) == []


def test_what_is_heavy_ends_a_piece() -> None:
    assert [len(piece) for piece in cut([1] * 9, lambda item: b"\1" * 8, 2, lambda item: 4)] == [
        2
    ] * 4 + [1]


def test_vectors_and_errors_come_back_as_they_were() -> None:
    rng = np.random.default_rng(7)
    made = [
        Embedded(
            rng.random(8, dtype=np.float32),
            rng.integers(0, 256, (tokens, 8), dtype=np.uint8),
            np.arange(tokens, dtype=np.int32),
        )
        for tokens in (3, 0, 1)
    ]
    back = read_embedded(write_embedded(made))
    assert [each.to_bytes() for each in back] == [each.to_bytes() for each in made]
    errors = [DocumentError("a.md", "is empty"), DocumentError("b.csv", "is ragged", "line 3")]
    assert read_documents(write_documents(errors)) == errors
    assert read_embedded(write_embedded([])) == []
