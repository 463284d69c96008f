"""The collection beside those of snapshots: files in pieces, and rows that say what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from indexer.snapshot.folder import Published
from indexer.snapshot.manifest import PASSAGES, FileInfo, Manifest
from indexer.stores.milvus.asking import Connection, translated
from indexer.stores.milvus.schema import PIECE, bytes_of, file_row, make_files, text_of
from indexer.stores.parts import files_beside


class Files:
    """Rows by their keys. Safe to share between threads.

    Attributes:
        name: of the collection.
    """

    def __init__(self, connection: Connection) -> None:
        """Take a connection; `prepare` sees that the collection is there."""
        self._connection, self._address = connection, connection.address
        self.name = f"{connection.address.name}_files"

    def prepare(self) -> None:
        """Make the collection unless it is there."""
        client = self._connection.client()
        with translated(self._address):
            if not client.has_collection(self.name):
                make_files(client, self.name)
            client.load_collection(self.name)

    def is_there(self) -> bool:
        """Whether the collection is there, and then make it ready to be asked."""
        client = self._connection.client()
        with translated(self._address):
            found = bool(client.has_collection(self.name))
            if found:
                client.load_collection(self.name)
        return found

    def rows(self, prefix: str) -> list[dict[str, Any]]:
        """The rows whose key begins so: `key`, `data` and `number`."""
        client = self._connection.client()
        with translated(self._address):
            found: list[dict[str, Any]] = client.query(
                self.name,
                filter=f'key like "{prefix}%"',
                output_fields=["key", "data", "number"],
                timeout=self._address.seconds,
            )
        return found

    def put(self, key: str, data: str, number: int) -> None:
        """Write a row, over the one that has this key."""
        client = self._connection.client()
        with translated(self._address):
            client.upsert(self.name, [file_row(key, data, number)])

    def remove(self, keys: Sequence[str]) -> None:
        """Remove rows."""
        client = self._connection.client()
        with translated(self._address):
            client.delete(self.name, ids=keys)

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """The pieces of a file, one at a time."""
        client = self._connection.client()
        for part in count():
            with translated(self._address):
                found = client.get(self.name, [_key(sha256, part)], output_fields=["data"])
            if not found:
                return
            yield bytes_of(found[0]["data"])

    def load(self, published: Published) -> None:
        """Load the files that travel beside the passages; those that are there are left."""
        client = self._connection.client()
        with translated(self._address):
            for name, info in files_of(published.manifest).items():
                last = _last(info)
                if client.get(self.name, [_key(info.sha256, last)], output_fields=["key"]):
                    continue
                with (published.path / name).open("rb") as file:
                    # The last piece goes last: where it is, the others are.
                    for part in range(last + 1):
                        piece = text_of(file.read(PIECE))
                        client.insert(self.name, [file_row(_key(info.sha256, part), piece, 0)])


def files_of(manifest: Manifest) -> dict[str, FileInfo]:
    """The files that travel as they are: here the texts too."""
    return {**files_beside(manifest), PASSAGES: manifest.files[PASSAGES]}


def keys_of(info: FileInfo) -> list[str]:
    """Keys of a file's pieces, the last one first: without it the file is not there."""
    return [_key(info.sha256, part) for part in range(_last(info), -1, -1)]


def _key(sha256: str, part: int) -> str:
    return f"{sha256}:{part}"


def _last(info: FileInfo) -> int:
    return max(0, info.size - 1) // PIECE
