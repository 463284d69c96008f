"""Bringing what is published elsewhere into an index folder, in one step or not at all.

A source is an index folder anywhere. Files arrive in `incoming/`, each under the name of its
checksum: an interrupted pull goes on where it was, in the middle of a file too. What a snapshot
that is kept here holds already is not fetched.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from indexer.errors import DamagedError, NoSnapshotError, SnapshotError
from indexer.snapshot.folder import IndexFolder, Published
from indexer.snapshot.manifest import (
    MANIFEST,
    FileInfo,
    Manifest,
    file_info,
    parse_manifest,
)
from indexer.snapshot.pointer import POINTER, Pointer, parse_pointer
from indexer.snapshot.snapshot import full_check
from indexer.snapshot.storage import Storage

_NAME = re.compile(r"[0-9a-f]{16}(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did.

    Attributes:
        snapshot: id of what is published here now.
        changed: whether that was another one before.
        fetched: bytes that came from the source.
    """

    snapshot: str
    changed: bool
    fetched: int = 0


def pull(source: Storage, folder: IndexFolder, *, thorough: bool = True) -> Pulled:
    """Publish here what a source has published.

    Args:
        source: an index folder elsewhere.
        folder: that of this machine.
        thorough: whether files that are here already are compared with their checksums, and
            fetched again where they differ.

    Raises:
        StorageError: the source cannot be read.
        NoSnapshotError: it has no index.
        DamagedError: it is not what was written there; names the file.
        FormatError: another version of the program wrote it.
        BusyError: a build or another pull writes this folder.
        SnapshotError: this folder cannot be written.
    """
    pointer = _pointer(source)
    if _is_here(folder, pointer, thorough):
        return Pulled(_identity(pointer), changed=False)
    text = _manifest(source, pointer)
    manifest = parse_manifest(text, Path(f"{source}/{MANIFEST}"))
    _check_names(source, manifest)
    try:
        with folder.lock():
            return _pulled(source, folder, pointer, manifest, text)
    except OSError as error:
        raise SnapshotError(
            f"{folder.root}: cannot be written ({error.strerror or error}); what was published "
            "before is whole"
        ) from error


def _pulled(
    source: Storage, folder: IndexFolder, pointer: Pointer, manifest: Manifest, text: str
) -> Pulled:
    if (kept := _kept(folder, pointer, manifest)) is not None:
        folder.point_to(kept)
        return Pulled(manifest.id, changed=True)
    incoming = _Incoming(source, folder, pointer.snapshot)
    for name, info in manifest.files.items():
        incoming.take(name, info)
    incoming.stage(manifest)
    folder.publish(manifest, text)
    with suppress(OSError):  # it is published; what lies there can go the next time
        shutil.rmtree(folder.incoming)
    return Pulled(manifest.id, changed=True, fetched=incoming.fetched)


class _Incoming:
    """Files on their way, by checksum."""

    def __init__(self, source: Storage, folder: IndexFolder, snapshot: str) -> None:
        self._source, self._folder, self._snapshot = source, folder, snapshot
        self._known = _files_here(folder)
        self.fetched = 0
        folder.incoming.mkdir(exist_ok=True)

    def take(self, name: str, info: FileInfo) -> None:
        """Have a file of the snapshot here, whole."""
        target = self._folder.incoming / info.sha256
        if target.is_file() and file_info(target) == info:
            return
        part = target.with_suffix(".part")
        if (here := self._known.get(info.sha256)) is not None:
            shutil.copyfile(here, part)
            if file_info(part) == info:
                part.rename(target)
                return
            part.unlink()
        self._fetch(f"snapshots/{self._snapshot}/{name}", info, part)
        part.rename(target)

    def _fetch(self, name: str, info: FileInfo, part: Path) -> None:
        begun = part.stat().st_size if part.is_file() else 0
        for start in (begun, 0) if 0 < begun < info.size else (0,):
            self._append(name, info.size, part, start)
            if file_info(part) == info:
                return
        part.unlink()
        raise DamagedError(
            f"{self._source}/{name}: differs from its checksum; publish it there again "
            "(`citywise push --again`)"
        )

    def _append(self, name: str, size: int, part: Path, start: int) -> None:
        """Fetch a file from an offset on; one that is too long is not fetched to its end."""
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            for data in self._source.chunks(name, start):
                file.write(data)
                self.fetched += len(data)
                if file.tell() > size:
                    return

    def stage(self, manifest: Manifest) -> None:
        """Give the files their names in the snapshot; two of one content are one file."""
        for name, info in manifest.files.items():
            path = self._folder.staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(self._folder.incoming / info.sha256, path)
            except OSError:  # some file systems know no links
                shutil.copyfile(self._folder.incoming / info.sha256, path)


def _pointer(source: Storage) -> Pointer:
    data = source.read(POINTER)
    if data is None:
        raise NoSnapshotError(
            f"{source}: no index here; bring one with `citywise push {source} --index DIR`"
        )
    pointer = parse_pointer(data, f"{source}/{POINTER}")
    if not _NAME.fullmatch(pointer.snapshot):
        raise DamagedError(f"{source}/{POINTER}: names {pointer.snapshot!r}, which is no snapshot")
    return pointer


def _manifest(source: Storage, pointer: Pointer) -> str:
    name = f"snapshots/{pointer.snapshot}/{MANIFEST}"
    data = source.read(name)
    if data is None:
        raise DamagedError(f"{source}/{name}: missing; publish it there again")
    if hashlib.sha256(data).hexdigest() != pointer.manifest_sha256:
        raise DamagedError(f"{source}/{name}: differs from its checksum; publish it there again")
    return data.decode()


def _check_names(source: Storage, manifest: Manifest) -> None:
    """Nothing of a source may be written beside its snapshot."""
    for name, info in manifest.files.items():
        path = PurePosixPath(name)
        is_inside = path.parts and not path.is_absolute() and ".." not in path.parts
        if not is_inside or not re.fullmatch("[0-9a-f]{64}", info.sha256):
            raise DamagedError(f"{source}: the manifest names {name!r}, which is no file of it")


def _is_here(folder: IndexFolder, pointer: Pointer, thorough: bool) -> bool:
    """Whether the same is published here."""
    try:
        if folder.pointed().manifest_sha256 != pointer.manifest_sha256:
            return False
        return not thorough or full_check(folder.published()) == []
    except (SnapshotError, OSError):
        return False


def _kept(folder: IndexFolder, pointer: Pointer, manifest: Manifest) -> Path | None:
    """A snapshot that is kept here and is the very same, every byte of it."""
    for file in folder.manifests():
        if file_info(file).sha256 == pointer.manifest_sha256:
            found = Published(file.parent, manifest)
            if full_check(found) == []:
                return found.path
    return None


def _files_here(folder: IndexFolder) -> dict[str, Path]:
    """The files of the snapshots that are kept here, by what their manifests say of them."""
    found = {}
    for file in folder.manifests():
        with suppress(SnapshotError, OSError, ValueError):  # another format, or damaged
            manifest = parse_manifest(file.read_text(encoding="utf-8"), file)
            for name, info in manifest.files.items():
                if (path := file.parent / name).is_file():
                    found[info.sha256] = path
    return found


def _identity(pointer: Pointer) -> str:
    return pointer.snapshot.partition(".")[0]
