from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from indexer.distributed.clearing import BUILDS, clear, note_begun
from indexer.distributed.shards import Shards, cut, shard_name
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


def test_shards_that_no_late_build_used_are_cleared_away(tmp_path: Path) -> None:
    shards, day = Shards(str(tmp_path)), 86_400.0
    now = 20_000 * day
    names = {}
    for number, age in enumerate([9, 9, 9, 9, 0.5]):
        shards.put("embedded", bytes([number]) * 32, b"x")
        names[number] = shard_name("embedded", bytes([number]) * 32)
        os.utime(tmp_path / names[number], (now - age * day,) * 2)
    (tmp_path / "embedded" / "notes.txt").write_text("an operator's own")
    os.utime(tmp_path / "embedded" / "notes.txt", (0, 0))
    note_begun(shards.storage, "third", [names[2]])
    assert clear(shards.storage, "other", [names[0]], now) == 2  # 1 and 3; 4 is new
    assert sorted(shards.storage.written("embedded")) == [
        *(names[number] for number in (0, 2, 4)),
        "embedded/notes.txt",
    ]
    for build in range(1, BUILDS + 1):
        assert clear(shards.storage, "ours", [names[4]], now + build * day) == 0
    assert clear(shards.storage, "ours", [], now + 9 * day) == 0  # a former build used 4
    assert clear(shards.storage, "ours", [], now + 10 * day) == 0
    assert clear(shards.storage, "ours", [], now + 11 * day) == 1
    assert shards.get("embedded", bytes([4]) * 32) is None
    assert len(shards.storage.names("builds/ours")) == BUILDS
    assert shards.get("embedded", bytes([0]) * 32) == b"x"
