"""The stores that the contract is held against, each with what a test does to it from outside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.history import roll_back
from indexer.snapshot.manifest import PASSAGES
from indexer.snapshot.source import FolderSource, Source
from indexer.stores.milvus.store import MilvusStore
from indexer.stores.opening import open_store
from indexer.stores.store import Store


class Kind(Protocol):
    """One place for published snapshots.

    Attributes:
        source: whom searchers ask.
    """

    source: Source

    def publish(self, index: Path) -> None:
        """Publish what an index folder publishes."""

    def roll_back(self, identity: str) -> None:
        """Publish an older snapshot again."""

    def ids(self) -> list[str]:
        """What is kept, the one published last first."""

    def size(self) -> int:
        """Bytes of what is published."""

    def damage(self) -> str:
        """Change a letter of a passage; return what a check must say of it."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold it as another process does that publishes."""


class Embedded:
    """An index folder: what is published in it was built there."""

    def __init__(self, index: Path) -> None:
        self._folder = IndexFolder(index)
        self.source: Source = FolderSource(index)

    def publish(self, index: Path) -> None:
        """Built in this folder, it is published already; the lock is asked for all the same."""
        assert index == self._folder.root
        with self._folder.lock():
            pass

    def roll_back(self, identity: str) -> None:
        assert roll_back(self._folder, identity) == []

    def ids(self) -> list[str]:
        return self._folder.ids()

    def size(self) -> int:
        return sum(info.size for info in self._folder.published().manifest.files.values())

    def damage(self) -> str:
        path = self._folder.published().path / PASSAGES
        path.chmod(0o644)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE passages SET text = replace(text, 'a', 'e') WHERE row = 1")
        return f"{path}: differs from its checksum"

    @contextmanager
    def writing(self) -> Iterator[None]:
        with IndexFolder(self._folder.root).lock():
            yield


class Stored:
    """A store of any engine, by its seam."""

    def __init__(self, url: str, cache: Path) -> None:
        self._store: Store = open_store(url, cache)
        self.source: Source = self._store

    def publish(self, index: Path) -> None:
        self._store.publish(IndexFolder(index).published(), lambda part: None)

    def roll_back(self, identity: str) -> None:
        self._store.roll_back(identity)

    def ids(self) -> list[str]:
        return [version.id for version in self._store.versions()]

    def size(self) -> int:
        return next(version.size for version in self._store.versions() if version.current)

    def close(self) -> None:
        self._store.close()


class InMilvus(Stored):
    """A Milvus server, or a file of milvus-lite."""

    def __init__(self, url: str, name: str, cache: Path) -> None:
        super().__init__(f"{url}?index={name}", cache)

    def damage(self) -> str:
        from pymilvus import MilvusClient

        assert isinstance(self._store, MilvusStore)
        client: MilvusClient = self._store._connection.client()
        (row,) = client.query(self.source.published().path.name, filter="row == 1",
                              output_fields=["*"])  # fmt: skip
        client.upsert(
            self.source.published().path.name, [{**row, "bits": "AAAA" + row["bits"][4:]}]
        )
        return "rows: differ from their checksum"

    @contextmanager
    def writing(self) -> Iterator[None]:
        assert isinstance(self._store, MilvusStore)
        with self._store._turn.taken():
            yield


class InPostgres(Stored):
    """A database with pgvector; where Citus is too, the coordinator of its machines."""

    def __init__(self, url: str, name: str, cache: Path) -> None:
        super().__init__(f"{url}{'&' if '?' in url else '?'}index={name}", cache)
        self._url, self._name = url, name

    def damage(self) -> str:
        schema = f"{self._name}_{self.source.published().manifest.id}"
        changed = "SET text = replace(text, 'a', 'e') WHERE row = 1"
        with psycopg.connect(self._url) as connection:
            connection.execute(f"UPDATE {schema}.passages {changed}".encode())
        return "passages: 1 of 1 parts differ from their checksums, the first of them part 0"

    @contextmanager
    def writing(self) -> Iterator[None]:
        with psycopg.connect(self._url) as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (f"publish {self._name}",))
            yield
