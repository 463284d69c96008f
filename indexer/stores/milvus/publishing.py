"""Publishes snapshots in a Milvus, and clears away those that are no longer kept.

Order of a publication: files, rows, the row that names the snapshot, the alias. Until that row is
there the collection is one that died, and the next publication drops it.
"""

from __future__ import annotations

from collections.abc import Callable

from indexer.snapshot.folder import KEEP, Published
from indexer.snapshot.manifest import FileInfo
from indexer.stores.milvus.asking import Connection, translated
from indexer.stores.milvus.files import Files, files_of, keys_of
from indexer.stores.milvus.loading import load
from indexer.stores.milvus.versions import Versions
from indexer.stores.store import Told, Version
from indexer.stores.versions import form_of_names, names_for

Whole = Callable[[str], bool]
"""Whether every byte of a snapshot that is kept under a name is as it was loaded."""


class Publishing:
    """What whoever has the right to publish does with it."""

    def __init__(self, connection: Connection, files: Files, versions: Versions) -> None:
        """Take where everything is."""
        self._connection, self._address = connection, connection.address
        self._files, self._versions = files, versions

    def loaded(self, published: Published, told: Told, whole: Whole) -> str:
        """Load a snapshot unless it is kept whole; return its name."""
        identity = published.manifest.id
        listed = self._versions.listed()
        name = next((version.name for version in listed if version.id == identity), None)
        if name is None or not whole(name):
            self._forget_unfinished()
            name = self._load(published, told)
        return name

    def _load(self, published: Published, told: Told) -> str:
        client, names = self._connection.client(), names_for(self._address, published.manifest.id)
        with translated(self._address):
            name = next(each for each in names if not client.has_collection(each))
            told("Loading files")
            self._files.load(published)
            digest, size = load(client, name, published, told)
            self._versions.note(name, published, digest, size)
        return name

    def _forget_unfinished(self) -> None:
        """Drop collections that no row names: their loading died."""
        client, form = self._connection.client(), form_of_names(self._address)
        kept = {version.name for version in self._versions.listed()}
        with translated(self._address):
            for name in client.list_collections():
                if form.fullmatch(name) and name not in kept:
                    client.drop_collection(name)

    def forget_old(self, current: str) -> None:
        """Drop all but the last snapshots; of the current id one is enough."""
        versions = self._versions.listed()
        kept = [v for n, v in enumerate(versions) if not n or v.id != current][:KEEP]
        used = {info.sha256 for version in kept for info in self._files_of(version)}
        for version in versions:
            if version not in kept:
                left = [info for info in self._files_of(version) if info.sha256 not in used]
                self._versions.forget(version.name, [key for info in left for key in keys_of(info)])

    def _files_of(self, version: Version) -> list[FileInfo]:
        return list(files_of(self._versions.named(version.name).manifest).values())
