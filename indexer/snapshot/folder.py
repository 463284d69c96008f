"""The index folder: snapshots beside each other, and a pointer to the published one.

    index/lock                  held by the one writer
    index/current               folder of the published snapshot and hash of its manifest
    index/snapshots/<id>/       immutable once it has this name; <id>.2 if that name was taken
    index/snapshots/.building/  what a build is writing; a leftover is from a build that died
    index/incoming/             what a pull has fetched so far; a leftover is where the next goes on

Order of a publication: files synced one by one, manifest last, folders synced, rename into place,
parent synced, pointer written beside, synced, renamed, parent synced. A crash or a loss of power at
any point leaves the old pointer or the new one, and both name a whole snapshot. What is cleared
away loses its name, and its parent is synced, before a file of it is removed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from indexer.durable import make_folder, sync, sync_tree, write
from indexer.errors import BusyError, DamagedError, NoSnapshotError, NotHeldError
from indexer.snapshot.manifest import MANIFEST, Manifest, parse_manifest
from indexer.snapshot.pointer import POINTER, Pointer, parse_pointer

KEEP = 3
"""Snapshots kept, the published one included."""


@dataclass(frozen=True, slots=True)
class Published:
    """A snapshot as the pointer names it."""

    path: Path
    manifest: Manifest


class IndexFolder:
    """An index folder; it need not exist before the first publication."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.snapshots = root / "snapshots"
        self.pointer = root / POINTER
        self.staging = self.snapshots / ".building"
        self.incoming = root / "incoming"

    def published(self) -> Published:
        """Return the published snapshot, its manifest checked against the pointer.

        Raises:
            NoSnapshotError: nothing has been published here.
            DamagedError: pointer or manifest is not what was written.
            FormatError: the snapshot has another format.
        """
        pointer = self.pointed()
        file = self.snapshots / pointer.snapshot / MANIFEST
        try:
            data = file.read_bytes()
        except OSError as error:
            raise _unreadable(file, error) from error
        if hashlib.sha256(data).hexdigest() != pointer.manifest_sha256:
            raise DamagedError(f"{file}: differs from its checksum; rebuild with `citywise index`")
        return Published(file.parent, parse_manifest(data.decode(), file))

    def kept(self, identity: str) -> Published:
        """Return a snapshot that is still kept, published or not, by its id.

        Raises:
            NotHeldError: it is not kept; names those that are.
            DamagedError: its manifest cannot be read.
            FormatError: it has another format.
        """
        folders = [path for path in self._whole() if _identity(path) == identity]
        if not folders:
            raise self._not_held(identity)
        file = max(folders, key=_age) / MANIFEST
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError as error:  # it has just been cleared away
            raise self._not_held(identity) from error
        except OSError as error:
            raise _unreadable(file, error) from error
        except ValueError as error:
            raise DamagedError(f"{file}: damaged; rebuild with `citywise index`") from error
        return Published(file.parent, parse_manifest(text, file))

    def _not_held(self, identity: str) -> NotHeldError:
        kept = ", ".join(sorted(self.ids()))
        return NotHeldError(f"snapshot {identity} is not kept; kept are: {kept or 'none'}")

    def ids(self) -> list[str]:
        """Ids of the snapshots that are kept, the one published last first."""
        folders = sorted(self._whole(), key=_age, reverse=True)
        return list(dict.fromkeys(map(_identity, folders)))

    def manifests(self) -> list[Path]:
        """Of the snapshots that are kept; a build that is under way has none, and another name."""
        found = self.snapshots.glob(f"*/{MANIFEST}")
        return [file for file in found if file.parent != self.staging]

    def _whole(self) -> list[Path]:
        """Folders of snapshots."""
        return [file.parent for file in self.manifests()]

    def pointed(self) -> Pointer:
        """Return what the pointer says.

        Raises:
            NoSnapshotError: nothing has been published here.
            DamagedError: it is not what was written.
        """
        try:
            return parse_pointer(self.pointer.read_bytes(), self.pointer)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoSnapshotError(
                f"{self.root}: no index here; build one with `citywise index CORPUS "
                f"--index {self.root}`"
            ) from error
        except OSError as error:
            raise _unreadable(self.pointer, error) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder as its one writer; what a dead build left behind is cleared away.

        Raises:
            BusyError: another process holds it.
        """
        make_folder(self.snapshots)
        with (self.root / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyError(
                    f"{self.root}: another build is writing this index; wait until it is done"
                ) from error
            self.clear()
            try:
                yield
            finally:
                self.clear()

    def clear(self) -> None:
        """Remove what a build has staged and not published."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def publish(self, manifest: Manifest, written: str | None = None) -> Published:
        """Give the staged files a name, point to them, and clear away old snapshots.

        Args:
            manifest: of the staged files.
            written: the manifest as it was written elsewhere, to keep it to the byte.
        """
        write(self.staging / MANIFEST, (written or manifest.to_json()).encode())
        sync_tree(self.staging)
        target = self._free(manifest.id)
        os.utime(self.staging, (0, 0))  # not published yet: should that fail, it is the first to go
        self.staging.rename(target)
        self.point_to(target)
        return Published(target, manifest)

    def _free(self, identity: str) -> Path:
        """A name that no folder has: the same content is built again only if it was damaged."""
        names = chain([identity], (f"{identity}.{number}" for number in count(2)))
        return next(path for name in names if not (path := self.snapshots / name).exists())

    def point_to(self, snapshot: Path) -> None:
        """Make a whole snapshot the published one, in one step."""
        sync(self.snapshots)  # of one whose publication failed the name may not be on the disk
        digest = hashlib.sha256((snapshot / MANIFEST).read_bytes()).hexdigest()
        beside = self.pointer.with_suffix(".new")
        write(beside, Pointer(snapshot.name, digest).to_json().encode())
        beside.rename(self.pointer)
        sync(self.root)
        with suppress(OSError):  # it is published; what cannot be cleared now can be next time
            os.utime(snapshot)  # when it was published last: the order in which old ones go
            self._forget_old(snapshot)

    def _forget_old(self, current: Path) -> None:
        ours = (current, self.staging)
        others = [path for path in self.snapshots.iterdir() if path.is_dir() and path not in ours]
        others.sort(key=_age, reverse=True)
        replaced = [path for path in others if _identity(path) == _identity(current)]
        kept = [path for path in others if path not in replaced][: KEEP - 1]
        for path in others:
            if path not in kept:
                # Renamed first: a snapshot half removed must not be taken for one that is kept.
                self.clear()
                path.rename(self.staging)
                sync(self.snapshots)
                self.clear()


def _unreadable(file: Path, error: OSError) -> DamagedError:
    """What is said of a file that is not there, or that the system does not let be read."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return DamagedError(f"{file}: missing; rebuild with `citywise index`")
    said = error.strerror or str(error)
    return DamagedError(f"{file}: cannot be read ({said}); mend that, or rebuild the index")


def _identity(snapshot: Path) -> str:
    return snapshot.name.partition(".")[0]


def _age(snapshot: Path) -> int:
    """When it was published last; the greater, the newer. What was just cleared away is oldest."""
    try:
        return snapshot.stat().st_mtime_ns
    except FileNotFoundError:
        return -1
