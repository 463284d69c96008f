"""The store: which snapshots a Milvus keeps, which is published, and how each is opened.

    NAME              alias of the published collection
    NAME_<id>         collection of a snapshot; NAME_<id>_2 if that name was taken
    NAME_files        files in pieces, a row for each whole snapshot, and one for who is loading

Order of a publication: files, rows, the row that names the snapshot, the alias. Until that row is
there the collection is one that died, and the next publication drops it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Hashable, Iterator
from itertools import chain, count
from pathlib import Path
from threading import Lock
from typing import Any

from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from indexer.errors import (
    DamagedError,
    NoSnapshotError,
    NotHeldError,
    SnapshotError,
    StoreError,
)
from indexer.snapshot.folder import KEEP, Published
from indexer.snapshot.manifest import MANIFEST, PASSAGES, parse_manifest
from indexer.snapshot.passages import Passages
from indexer.snapshot.snapshot import Snapshot
from indexer.stores.address import Address
from indexer.stores.files import fetch_files, forget_others
from indexer.stores.milvus.asking import connect, translated
from indexer.stores.milvus.engine import MilvusEngine
from indexer.stores.milvus.loading import Sum, files_of, load, load_files, stored_passages
from indexer.stores.milvus.schema import PIECE, bytes_of, file_row, make_files
from indexer.stores.milvus.turn import Turn
from indexer.stores.pointer import Pointer
from indexer.stores.sides import stored_sides
from indexer.stores.store import Told, Version

_VERSION = "version:"
_ABSENT = re.compile(r"not (?:exist|found)", re.IGNORECASE)


class MilvusStore:
    """A Milvus server, or a file of milvus-lite. Safe to share between threads."""

    def __init__(self, address: Address, cache: Path) -> None:
        """Take an address, and a folder for the files that travel beside the rows."""
        self._address, self._files = address, f"{address.name}_files"
        digest = hashlib.sha256(f"{address} {address.name}".encode()).hexdigest()[:16]
        self._folder = cache / "stores" / digest
        self._turn = Turn(address, self._files, self._folder)
        self._pointer = Pointer(lambda: int(self._row(self._pointed())["number"]))
        self._lock = Lock()
        self._held: MilvusClient | None = None

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
        return self._found(self._pointed())

    def kept(self, identity: str) -> Published:
        """Return a snapshot that is still kept, by its id."""
        versions = self.versions()
        for version in versions:
            if version.id == identity:
                return self._found(version.name)
        kept = ", ".join(sorted({version.id for version in versions}))
        raise NotHeldError(f"snapshot {identity} is not kept; kept are: {kept or 'none'}")

    def check(self, published: Published) -> None:
        """See that there are as many rows as passages, of the model's dimension."""
        name, manifest = published.path.name, published.manifest
        client = self._client()
        with translated(self._address):
            client.load_collection(name)
            held = client.query(name, filter="", output_fields=["count(*)"])[0]["count(*)"]
            fields = client.describe_collection(name)["fields"]
        again = "load the index again with `citywise index --store`"
        if held != manifest.passages:
            raise DamagedError(
                f"{self}, {name}: {held:,} of {manifest.passages:,} passages are there; {again}"
            )
        dimension = next(f["params"]["dim"] for f in fields if f["name"] == "vector")
        if int(dimension) != manifest.model.dimension:
            raise DamagedError(
                f"{self}, {name}: vectors have {dimension} dimensions, those of the model "
                f"{manifest.model.name} have {manifest.model.dimension}; {again}"
            )

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
            self._client(),
            self._address,
            published.path.name,
            manifest.passages,
            approximate=manifest.vectors.kind != "exact",
        )

    def passages(self, published: Published) -> Passages:
        """Open the texts of a snapshot; they travel as a file."""
        fetch_files(published.path, files_of(published.manifest), self._file)
        return Passages(published.path / PASSAGES)

    def prepare(self) -> None:
        """See that the server is there, and make the collection of files."""
        client = self._client()
        with translated(self._address):
            if not client.has_collection(self._files):
                make_files(client, self._files)
            client.load_collection(self._files)

    def publish(self, published: Published, told: Told) -> None:
        """Load a snapshot and point to it; see `Store.publish`."""
        with self._turn.taken(self._prepared) as still_ours:
            client, identity = self._client(), published.manifest.id
            name = next((v.name for v in self.versions() if v.id == identity), None)
            if name is None or not self._is_whole(name):
                self._forget_unfinished(client)
                name = self._load(client, published, told)
            still_ours()
            self._point(client, name)
            told("Clearing away")
            self._forget_old(client, identity)

    def _load(self, client: MilvusClient, published: Published, told: Told) -> str:
        first = f"{self._address.name}_{published.manifest.id}"
        names = chain([first], (f"{first}_{number}" for number in count(2)))
        with translated(self._address):
            name = next(each for each in names if not client.has_collection(each))
            told("Loading files")
            load_files(client, self._files, published)
            digest, size = load(client, name, published, told)
            text = published.manifest.to_json()
            noted = {"manifest": text, "sha256": _digest(text), "rows": digest, "size": size}
            client.insert(self._files, [file_row(f"{_VERSION}{name}", json.dumps(noted), 0)])
        return name

    def _point(self, client: MilvusClient, name: str) -> None:
        """Make a snapshot the published one, and the one published last."""
        number = 1 + max(row["number"] for row in self._rows())
        own = self._address.name
        with translated(self._address):
            data = self._row(name)["data"]
            client.upsert(self._files, [file_row(f"{_VERSION}{name}", data, number)])
            try:
                client.alter_alias(name, own)
            except MilvusException as error:
                if not _ABSENT.search(str(error)):
                    raise
                client.create_alias(name, own)

    def _is_whole(self, name: str) -> bool:
        try:
            return not self.verify(self._found(name))
        except SnapshotError:
            return False

    def _forget_unfinished(self, client: MilvusClient) -> None:
        """Drop collections that no row names: their loading died."""
        form = re.compile(rf"{self._address.name}_[0-9a-f]{{16}}(_\d+)?")
        kept = {version.name for version in self.versions()}
        with translated(self._address):
            for name in client.list_collections():
                if form.fullmatch(name) and name not in kept:
                    client.drop_collection(name)

    def _forget_old(self, client: MilvusClient, current: str) -> None:
        versions = self.versions()
        kept = [v for n, v in enumerate(versions) if not n or v.id != current][:KEEP]
        used = {info.sha256 for v in kept for info in self._files_of(v)}
        for version in versions:
            if version not in kept:
                keys = [f"{_VERSION}{version.name}"]
                for info in self._files_of(version):
                    if info.sha256 not in used:
                        parts = range(max(0, info.size - 1) // PIECE + 1)
                        keys += [f"{info.sha256}:{part}" for part in reversed(parts)]
                with translated(self._address):
                    client.delete(self._files, ids=keys)
                    client.drop_collection(version.name)

    def _files_of(self, version: Version) -> list[Any]:
        return list(files_of(self._found(version.name).manifest).values())

    def roll_back(self, identity: str) -> None:
        """Point to a snapshot that is kept; see `Store.roll_back`."""
        with self._turn.taken(self._prepared):
            self._point(self._client(), self.kept(identity).path.name)

    def versions(self) -> list[Version]:
        """What is kept, the one published last first."""
        rows = sorted(self._rows(), key=lambda row: -row["number"])
        current = self._pointed() if any(row["number"] for row in rows) else None
        found = []
        for row in rows:
            name, noted = row["key"].removeprefix(_VERSION), json.loads(row["data"])
            identity = json.loads(noted["manifest"])["id"]
            found.append(Version(identity, name, name == current, noted["size"]))
        return found

    def verify(self, published: Published) -> list[str]:
        """Compare all rows and files of a snapshot with their checksums."""
        try:
            self.check(published)
        except DamagedError as error:
            return [str(error)]
        wrong = []
        for name, info in files_of(published.manifest).items():
            digest = hashlib.sha256(b"".join(self._file(info.sha256))).hexdigest()
            if digest != info.sha256:
                wrong.append(f"{name}: differs from its checksum")
        found = Sum()
        for each in stored_passages(self._engine(published), published.manifest.passages):
            found.add(*each)
        noted = json.loads(self._row(published.path.name)["data"])
        return (
            wrong if found.digest == noted["rows"] else [*wrong, "rows: differ from their checksum"]
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._pointer.close()
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None

    def _client(self) -> MilvusClient:
        with self._lock:
            if self._held is None:
                self._held = connect(self._address)
            return self._held

    def _prepared(self) -> MilvusClient:
        self.prepare()
        return self._client()

    def _pointed(self) -> str:
        client = self._client()
        with translated(self._address):
            try:
                found = client.describe_alias(self._address.name)["collection_name"]
            except MilvusException as error:
                if not _ABSENT.search(str(error)):
                    raise
                raise NoSnapshotError(
                    f"{self}: no index {self._address.name} here; load one with "
                    "`citywise index CORPUS --store URL`"
                ) from error
        return str(found)

    def _rows(self) -> list[dict[str, Any]]:
        """The rows that name whole snapshots."""
        client = self._client()
        with translated(self._address):
            if not client.has_collection(self._files):
                return []
            client.load_collection(self._files)
            found: list[dict[str, Any]] = client.query(
                self._files,
                filter=f'key like "{_VERSION}%"',
                output_fields=["key", "data", "number"],
                timeout=self._address.seconds,
            )
        return found

    def _row(self, name: str) -> dict[str, Any]:
        for row in self._rows():
            if row["key"] == f"{_VERSION}{name}":
                return row
        raise StoreError(f"{self}: {name} was not loaded to its end; load the index again")

    def _found(self, name: str) -> Published:
        noted = json.loads(self._row(name)["data"])
        text = noted["manifest"]
        if _digest(text) != noted["sha256"]:
            raise DamagedError(
                f"{self}, {name}: the manifest differs from its checksum; load the index again "
                "with `citywise index --store`"
            )
        return Published(self._folder / name, parse_manifest(text, Path(name) / MANIFEST))

    def _file(self, sha256: str) -> Iterator[bytes]:
        """The pieces of a file, one at a time."""
        client = self._client()
        for part in count():
            with translated(self._address):
                found = client.get(self._files, [f"{sha256}:{part}"], output_fields=["data"])
            if not found:
                return
            yield bytes_of(found[0]["data"])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
