"""What machines have done, as files that all of them reach: by content, each with its checksum.

A shard is there in full or not at all; one that is damaged counts as none. Deleting any of them
costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeVar

from indexer.errors import StorageError
from indexer.snapshot.storage import Storage

Kind = Literal["documents", "embedded", "models"]

_MAGIC = b"citywise shard 1\n"

T = TypeVar("T")


class Shards:
    """Shards in a storage, by kind and key.

    Attributes:
        storage: it.
    """

    def __init__(self, url: str) -> None:
        """Take a path or URL.

        Raises:
            StorageError: it cannot be written.
        """
        self.storage = Storage(url)

    def check(self) -> None:
        """See that shards can be written, before much is done that would be lost.

        Raises:
            StorageError: they cannot.
        """
        self.storage.write("written", _MAGIC)
        if self.storage.read("written") != _MAGIC:
            raise StorageError(f"{self.storage}: what was written there cannot be read back")

    def has(self, kind: Kind, key: bytes) -> bool:
        """Whether there is such a shard, damaged or not."""
        return self.storage.size(shard_name(kind, key)) is not None

    def get(self, kind: Kind, key: bytes) -> bytes | None:
        """Return what a shard holds; None if there is none, or it is damaged."""
        data = self.storage.read(shard_name(kind, key))
        if data is None or not data.startswith(_MAGIC):
            return None
        start = len(_MAGIC)
        digest, held = data[start : start + 32], data[start + 32 :]
        return zlib.decompress(held) if hashlib.sha256(held).digest() == digest else None

    def put(self, kind: Kind, key: bytes, data: bytes) -> None:
        """Keep a shard; it is durable when this returns."""
        held = zlib.compress(data, 1)
        self.storage.write(shard_name(kind, key), _MAGIC + hashlib.sha256(held).digest() + held)


def shard_name(kind: Kind, key: bytes) -> str:
    """Where a shard is in its storage."""
    return f"{kind}/{key.hex()[:2]}/{key.hex()}"


def cut(
    stream: Iterable[T], digest: Callable[[T], bytes], mean: int, weight: Callable[[T], int]
) -> Iterator[list[T]]:
    """Cut a stream where its content says so: what is put in or taken out moves no other cut.

    Args:
        stream: what to cut.
        digest: of each item; its bytes are as good as random.
        mean: items between two cuts, on average.
        weight: of each item; a piece of `4 * mean` ends there.
    """
    piece: list[T] = []
    heavy = 0
    for item in stream:
        piece.append(item)
        heavy += weight(item)
        if int.from_bytes(digest(item)[:4], "little") % mean == 0 or heavy >= 4 * mean:
            yield piece
            piece, heavy = [], 0
    if piece:
        yield piece
