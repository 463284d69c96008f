"""Files of snapshots that travel beside an engine's rows, kept in the cache by their checksums."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from indexer.errors import StoreError
from indexer.snapshot.manifest import FileInfo, file_info

Fetch = Callable[[str], Iterable[bytes]]
"""Gives the content of a file in pieces, by its SHA-256."""


def fetch_files(folder: Path, files: Mapping[str, FileInfo], fetch: Fetch) -> None:
    """See that a folder holds files; what is missing or damaged is fetched.

    Several processes may do so at once: a file gets its name only when it is whole.

    Args:
        folder: is made.
        files: size and checksum by path in the folder.
        fetch: where they come from.

    Raises:
        StoreError: what came is not what was stored, or the folder cannot be written.
    """
    try:
        for name, info in files.items():
            path = folder / name
            if not path.is_file() or file_info(path) != info:
                path.parent.mkdir(parents=True, exist_ok=True)
                _fetch(path, info, fetch)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot be written ({error.strerror}); see disk and rights"
        ) from (error)


def _fetch(path: Path, info: FileInfo, fetch: Fetch) -> None:
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".fetched-")
    try:
        digest = hashlib.sha256()
        with os.fdopen(handle, "wb") as file:
            for piece in fetch(info.sha256):
                file.write(piece)
                digest.update(piece)
        if digest.hexdigest() != info.sha256:
            raise StoreError(
                f"{path.name}: the store holds other bytes than were loaded; load again"
            )
        Path(beside).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(beside).unlink()


def forget_others(folder: Path, kept: Collection[str]) -> None:
    """Remove what was fetched of snapshots that are no longer kept; whoever has them open may."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
