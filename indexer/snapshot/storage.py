"""A folder anywhere: on this machine or in an object storage, by path or URL, through fsspec.

What goes wrong there has as many names as there are services; here it becomes a StorageError.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from indexer.durable import sync, write
from indexer.errors import StorageError, first_line

_FLEETING = re.compile(r"memory:", re.IGNORECASE)
_CHUNK = 1 << 20
_CREDENTIALS = re.compile(r"(?<=://)[^/@]+@")


class Storage:
    """A folder of files that are read and written whole, by names with slashes between.

    A file is there in full or not at all: locally it is renamed into place, and services keep no
    half objects. FTP and the like do; what is read from there must carry a checksum.
    """

    def __init__(self, url: str) -> None:
        """Take a path or a URL that fsspec knows.

        Raises:
            StorageError: no such kind of storage, or its package is not installed.
        """
        from fsspec.core import url_to_fs  # a tenth of a second, for those who need it
        from fsspec.implementations.local import LocalFileSystem

        self._shown = _CREDENTIALS.sub("", url).rstrip("/")
        if _FLEETING.match(url):
            raise StorageError(
                f"{url}: the memory of one process, which no other sees; name a folder or an "
                "object storage"
            )
        with self._told("cannot be used"):
            self._files, self._root = url_to_fs(url, use_listings_cache=False)
        self.local = Path(self._root) if isinstance(self._files, LocalFileSystem) else None

    def __str__(self) -> str:
        """The address without credentials: for people and logs."""
        return self._shown

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes; None if there is no such file."""
        with self._told("cannot be read", name):
            try:
                return bytes(self._files.cat_file(self._at(name)))
            except FileNotFoundError:
                return None

    def chunks(self, name: str, start: int = 0) -> Iterator[bytes]:
        """Yield a file's bytes from an offset on, some at a time.

        Raises:
            StorageError: it is not there, or cannot be read.
        """
        with self._told("cannot be read", name), self._files.open(self._at(name), "rb") as file:
            file.seek(start)
            while data := file.read(_CHUNK):
                yield bytes(data)

    def size(self, name: str) -> int | None:
        """Return a file's bytes in number; None if there is no such file."""
        with self._told("cannot be read", name):
            try:
                return int(self._files.info(self._at(name))["size"])
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file; it is durable when this returns."""
        with self._told("cannot be written", name):
            if self.local is not None:
                _write_whole(self.local / name, data)
                return
            self._files.makedirs(os.path.dirname(self._at(name)), exist_ok=True)  # noqa: PTH120
            self._files.pipe_file(self._at(name), data)

    def put(self, name: str, path: Path) -> None:
        """Write a file that lies on this machine; for services, not for local folders."""
        with self._told("cannot be written", name):
            self._files.makedirs(os.path.dirname(self._at(name)), exist_ok=True)  # noqa: PTH120
            self._files.put_file(str(path), self._at(name))

    def names(self, folder: str) -> list[str]:
        """Return what is in a folder, sorted; nothing if there is no such folder."""
        with self._told("cannot be listed", folder):
            try:
                found = self._files.ls(self._at(folder), detail=False)
            except FileNotFoundError:
                return []
        names = {str(path).rstrip("/").rpartition("/")[2] for path in found}
        return sorted(names - {folder.rpartition("/")[2]})

    def written(self, folder: str) -> dict[str, float]:
        """When each file was written that is in a folder, however deep, in seconds since 1970.

        Names begin with the folder's. Files of which the service does not say it are left out.
        """
        with self._told("cannot be listed", folder):
            found = self._files.find(self._at(folder), detail=True)
        start = len(self._at("").lstrip("/"))
        times = {path.lstrip("/")[start:]: _time(info) for path, info in found.items()}
        return {name: when for name, when in times.items() if when is not None}

    def remove(self, folder: str) -> None:
        """Remove a file, or a folder with all that is in it."""
        with self._told("cannot be removed", folder):
            self._files.rm(self._at(folder), recursive=True)

    def _at(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    @contextmanager
    def _told(self, what: str, name: str = "") -> Iterator[None]:
        """Turn a service's own errors into one sentence."""
        where = f"{self}/{name}".rstrip("/")
        try:
            yield
        except StorageError:
            raise
        except (ImportError, ValueError, OSError) as error:
            raise StorageError(f"{where}: {what} ({_reason(error)}){_advice(error)}") from error
        except Exception as error:  # each service's library has errors of its own
            raise StorageError(f"{where}: {what} ({_reason(error)})") from error


def _time(info: dict[str, Any]) -> float | None:
    """When a file was written: each service has a word of its own for it."""
    words = ("mtime", "LastModified", "last_modified")
    found = next((info[word] for word in words if info.get(word) is not None), None)
    if isinstance(found, datetime):
        return found.timestamp()
    return float(found) if isinstance(found, int | float) else None


def _reason(error: Exception) -> str:
    strerror: Any = getattr(error, "strerror", None)
    return _CREDENTIALS.sub("", strerror or first_line(error)).rstrip(".")


def _advice(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "; install that package beside citywise"
    return "; check the address and what this machine may do there"


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        os.close(handle)
        write(Path(beside), data)
        Path(beside).rename(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    sync(path.parent)
