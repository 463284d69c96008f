"""Which snapshots a Milvus keeps, and which of them is published: rows with names, and an alias."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pymilvus.exceptions import MilvusException

from indexer.errors import StoreError
from indexer.snapshot.folder import Published
from indexer.stores.milvus.asking import Connection, translated
from indexer.stores.milvus.files import Files
from indexer.stores.store import Version
from indexer.stores.versions import digest_of, not_kept, nothing_in, published_as

_VERSION = "version:"
_ABSENT = re.compile(r"not (?:exist|found)", re.IGNORECASE)


class Versions:
    """The snapshots that were loaded to their end. Safe to share between threads."""

    def __init__(self, connection: Connection, files: Files, folder: Path) -> None:
        """Take where their rows are, and the folder for the files that travel beside them."""
        self._connection, self._address = connection, connection.address
        self._files, self._folder = files, folder

    def listed(self) -> list[Version]:
        """What is kept, the one published last first."""
        rows = sorted(self._rows(), key=lambda row: -row["number"])
        current = self.current() if any(row["number"] for row in rows) else None
        found = []
        for row in rows:
            name, noted = row["key"].removeprefix(_VERSION), json.loads(row["data"])
            identity = json.loads(noted["manifest"])["id"]
            found.append(Version(identity, name, name == current, noted["size"]))
        return found

    def number(self) -> int:
        """Of the last publication."""
        return int(self._row(self.current())["number"])

    def current(self) -> str:
        """The name of the one that is published.

        Raises:
            NoSnapshotError: none is.
        """
        client = self._connection.client()
        with translated(self._address):
            try:
                found = client.describe_alias(self._address.name)["collection_name"]
            except MilvusException as error:
                if not _ABSENT.search(str(error)):
                    raise
                raise nothing_in(self._address) from error
        return str(found)

    def kept(self, identity: str) -> Published:
        """One by its id, else raise NotHeldError."""
        versions = self.listed()
        for version in versions:
            if version.id == identity:
                return self.named(version.name)
        raise not_kept(identity, versions)

    def named(self, name: str) -> Published:
        """One by its name, its manifest checked."""
        noted = json.loads(self._row(name)["data"])
        return published_as(self._address, self._folder, name, noted["manifest"], noted["sha256"])

    def checksum(self, name: str) -> str:
        """Of the rows of one, as they were loaded."""
        return str(json.loads(self._row(name)["data"])["rows"])

    def note(self, name: str, published: Published, digest: str, size: int) -> None:
        """Note that one is loaded to its end.

        Args:
            name: that it has here.
            published: what was loaded.
            digest: of its rows.
            size: their bytes.
        """
        text = published.manifest.to_json()
        noted = {"manifest": text, "sha256": digest_of(text), "rows": digest, "size": size}
        self._files.put(f"{_VERSION}{name}", json.dumps(noted), 0)

    def point_to(self, name: str) -> None:
        """Make one the published one, and the one published last."""
        number = 1 + max(row["number"] for row in self._rows())
        self._files.put(f"{_VERSION}{name}", self._row(name)["data"], number)
        client, own = self._connection.client(), self._address.name
        with translated(self._address):
            try:
                client.alter_alias(name, own)
            except MilvusException as error:
                if not _ABSENT.search(str(error)):
                    raise
                client.create_alias(name, own)

    def forget(self, name: str, pieces: list[str]) -> None:
        """Forget one, and with it pieces of files that no other one needs."""
        self._files.remove([f"{_VERSION}{name}", *pieces])
        client = self._connection.client()
        with translated(self._address):
            client.drop_collection(name)

    def _rows(self) -> list[dict[str, Any]]:
        return self._files.rows(_VERSION) if self._files.is_there() else []

    def _row(self, name: str) -> dict[str, Any]:
        for row in self._rows():
            if row["key"] == f"{_VERSION}{name}":
                return row
        raise StoreError(f"{self._address}: {name} was not loaded to its end; load the index again")
