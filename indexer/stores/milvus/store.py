"""The store: a Milvus server that keeps snapshots, and how each is opened.

NAME              alias of the published collection
NAME_<id>         collection of a snapshot; NAME_<id>_2 if that name was taken
NAME_files        files in pieces, a row for each whole snapshot, and one for who is loading
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator
from pathlib import Path

from indexer.errors import DamagedError, SnapshotError
from indexer.snapshot.folder import Published
from indexer.snapshot.manifest import PASSAGES
from indexer.snapshot.passages import Passages
from indexer.snapshot.snapshot import Snapshot
from indexer.stores.address import Address
from indexer.stores.files import fetch_files, forget_others
from indexer.stores.milvus.asking import Connection, translated
from indexer.stores.milvus.engine import MilvusEngine
from indexer.stores.milvus.files import Files, files_of
from indexer.stores.milvus.loading import Sum, stored_passages
from indexer.stores.milvus.publishing import Publishing
from indexer.stores.milvus.turn import Turn
from indexer.stores.milvus.versions import Versions
from indexer.stores.pointer import Pointer
from indexer.stores.sides import stored_sides
from indexer.stores.store import Told, Version
from indexer.stores.versions import folder_of


class MilvusStore:
    """A Milvus server, or a file of milvus-lite. Safe to share between threads."""

    def __init__(self, address: Address, cache: Path) -> None:
        """Take an address, and a folder for the files that travel beside the rows."""
        self._address, self._folder = address, folder_of(address, cache)
        self._connection = Connection(address)
        self._files = Files(self._connection)
        self._versions = Versions(self._connection, self._files, self._folder)
        self._publishing = Publishing(self._connection, self._files, self._versions)
        self._turn = Turn(address, self._files, self._folder)
        self._pointer = Pointer(self._versions.number)

    def __str__(self) -> str:
        """The address as it may be printed."""
        return str(self._address)

    def stamp(self) -> Hashable:
        """The number of the last publication, as it was known a second ago."""
        return self._pointer.stamp()

    def is_lost(self) -> bool:
        """Whether it did not answer a second ago."""
        return self._pointer.is_lost()

    def published(self) -> Published:
        """Return what is published now, its manifest checked."""
        return self._versions.named(self._versions.current())

    def kept(self, identity: str) -> Published:
        """Return a snapshot that is still kept, by its id."""
        return self._versions.kept(identity)

    def check(self, published: Published) -> None:
        """See that there are as many rows as passages, of the model's dimension."""
        name, manifest = published.path.name, published.manifest
        held, dimension = self._counted(name)
        again = "load the index again with `citywise index --store`"
        if held != manifest.passages:
            raise DamagedError(
                f"{self}, {name}: {held:,} of {manifest.passages:,} passages are there; {again}"
            )
        if dimension != manifest.model.dimension:
            raise DamagedError(
                f"{self}, {name}: vectors have {dimension} dimensions, those of the model "
                f"{manifest.model.name} have {manifest.model.dimension}; {again}"
            )

    def _counted(self, name: str) -> tuple[int, int]:
        """How many rows a collection has, and how many dimensions their vectors."""
        client = self._connection.client()
        with translated(self._address):
            client.load_collection(name)
            held = client.query(name, filter="", output_fields=["count(*)"])[0]["count(*)"]
            fields = client.describe_collection(name)["fields"]
        return int(held), int(next(f["params"]["dim"] for f in fields if f["name"] == "vector"))

    def open(self, published: Published) -> Snapshot:
        """Open a snapshot, once the files beside its rows are in the cache."""
        self.check(published)
        texts = self.passages(published)
        forget_others(self._folder, {"lock", *(version.name for version in self.versions())})
        sides = stored_sides(
            self._engine(published), texts, published.path, published.manifest.passages
        )
        return Snapshot(published, sides)

    def _engine(self, published: Published) -> MilvusEngine:
        manifest = published.manifest
        return MilvusEngine(
            self._connection.client(),
            self._address,
            published.path.name,
            manifest.passages,
            approximate=manifest.vectors.kind != "exact",
        )

    def passages(self, published: Published) -> Passages:
        """Open the texts of a snapshot; they travel as a file."""
        fetch_files(published.path, files_of(published.manifest), self._files.pieces)
        return Passages(published.path / PASSAGES)

    def prepare(self) -> None:
        """See that the server is there, and make the collection of files."""
        self._files.prepare()

    def publish(self, published: Published, told: Told) -> None:
        """Load a snapshot and point to it; see `Store.publish`."""
        with self._turn.taken() as still_ours:
            name = self._publishing.loaded(published, told, self._is_whole)
            still_ours()
            self._versions.point_to(name)
            told("Clearing away")
            self._publishing.forget_old(published.manifest.id)

    def _is_whole(self, name: str) -> bool:
        try:
            return not self.verify(self._versions.named(name))
        except SnapshotError:
            return False

    def roll_back(self, identity: str) -> None:
        """Point to a snapshot that is kept; see `Store.roll_back`."""
        with self._turn.taken():
            self._versions.point_to(self.kept(identity).path.name)

    def versions(self) -> list[Version]:
        """What is kept, the one published last first."""
        return self._versions.listed()

    def verify(self, published: Published) -> list[str]:
        """Compare all rows and files of a snapshot with their checksums."""
        try:
            self.check(published)
        except DamagedError as error:
            return [str(error)]
        wrong = list(self._changed_files(published))
        found = Sum()
        for each in stored_passages(self._engine(published), published.manifest.passages):
            found.add(*each)
        if found.digest != self._versions.checksum(published.path.name):
            wrong.append("rows: differ from their checksum")
        return wrong

    def _changed_files(self, published: Published) -> Iterator[str]:
        for name, info in files_of(published.manifest).items():
            digest = hashlib.sha256(b"".join(self._files.pieces(info.sha256))).hexdigest()
            if digest != info.sha256:
                yield f"{name}: differs from its checksum"

    def close(self) -> None:
        """Let go of the connection."""
        self._pointer.close()
        self._connection.close()
