"""A disk as a loss of power may leave it: only what was synced is sure to be there.

A recorder looks at a folder before and after each call that changes names or syncs, and keeps what
could be on the disk at that moment. The model is the strict one of Pillai et al., "All File Systems
Are Not Created Equal" (OSDI 2014): until a file is synced its bytes may be gone, cut off or zero;
until a folder is synced each change of its names may have happened or not, in any combination; a
rename happens whole or not at all.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

CALLS = ("mkdir", "rename", "replace", "unlink", "rmdir")

FINAL = re.compile(r"/snapshots/[0-9a-f]")
"""Files that nobody writes any more, and that need no second look."""

Ignored = Callable[[Path], bool]
"""Whether the disk leaves a sync undone."""


@dataclass(slots=True)
class Content:
    """A file: its bytes as programs see them, and as they were when it was synced last."""

    now: bytes = b""
    synced: bytes = b""

    def survivor(self, chance: random.Random, kept: float) -> bytes:
        """What may be found: the whole, what was synced, a part, zeros."""
        if self.now == self.synced or chance.random() < kept:
            return self.now
        damage = chance.randrange(3)
        if damage == 0:
            return self.synced
        return self.now[: len(self.now) // 2] if damage == 1 else bytes(len(self.now))


@dataclass(frozen=True, slots=True)
class Renaming:
    """Names that change together: what each stands for from now on, None if for nothing."""

    changes: tuple[tuple[int, str, int | None], ...]


Names = dict[int, dict[str, int]]
"""What the names in each folder stand for; folders and files by number."""


@dataclass(slots=True)
class Disk:
    """What is on a disk, and what is only on its way there."""

    root: int = 0
    names: Names = field(default_factory=dict)
    files: dict[int, Content] = field(default_factory=dict)
    pending: list[Renaming] = field(default_factory=list)

    def copied(self) -> Disk:
        """A copy that later changes leave alone."""
        files = {number: Content(held.now, held.synced) for number, held in self.files.items()}
        names = {number: dict(held) for number, held in self.names.items()}
        return Disk(self.root, names, files, list(self.pending))

    def change(self, renamings: list[Renaming], bytes_: dict[int, bytes]) -> None:
        """Take changes of names, and what files hold now; none of it is on the disk yet."""
        self.pending += renamings
        for number, now in bytes_.items():
            self.files.setdefault(number, Content()).now = now

    def sync(self, number: int) -> None:
        """Bring a file's bytes, or the names in a folder, to the disk."""
        if number in self.files:
            self.files[number].synced = self.files[number].now
            return
        done = [each for each in self.pending if any(c[0] == number for c in each.changes)]
        _apply(self.names, done)
        self.pending = [each for each in self.pending if each not in done]

    def after_loss(self, chance: random.Random, kept: float) -> Survived:
        """What is found when power comes back.

        Args:
            chance: decides.
            kept: how probable it is that something survives which was not synced.
        """
        names = {number: dict(held) for number, held in self.names.items()}
        _apply(names, [each for each in self.pending if chance.random() < kept])
        return {
            path: self.files[number].survivor(chance, kept) if number in self.files else None
            for path, number in _paths(names, self.root)
        }


Survived = dict[str, bytes | None]
"""Files with their bytes by their paths; folders with None."""


def _apply(names: Names, changes: list[Renaming]) -> None:
    for folder, name, number in (change for each in changes for change in each.changes):
        held = names.setdefault(folder, {})
        if number is None:
            held.pop(name, None)
        else:
            held[name] = number


def _paths(names: Names, folder: int, prefix: str = "") -> Iterator[tuple[str, int]]:
    for name, number in sorted(names.get(folder, {}).items()):
        yield prefix + name, number
        yield from _paths(names, number, f"{prefix}{name}/")


class Layout:
    """A real folder in which one state of the disk after the other is laid out."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._there: Survived = {}
        root.mkdir()

    def show(self, found: Survived) -> None:
        """Change what is not as it should be."""
        wrong = [name for name, held in self._there.items() if found.get(name, b"?") != held]
        for name in sorted(wrong, reverse=True):
            path = self.root / name
            path.rmdir() if path.is_dir() else path.unlink()
        for name, content in found.items():
            if name in self._there and name not in wrong:
                continue
            if content is None:
                (self.root / name).mkdir()
            else:
                (self.root / name).write_bytes(content)
        self._there = found


class Recorder:
    """Keeps what a loss of power would leave of a folder, moment by moment, on several disks."""

    def __init__(self, root: Path, disks: dict[str, Ignored]) -> None:
        self._root, self._ignored = root, disks
        self._disks = {name: Disk() for name in disks}
        self._seen: Names = {}
        self._stamps: dict[int, tuple[int, int]] = {}
        self._numbers: dict[int, int] = {}
        self._fresh = count()
        self.moments: dict[str, list[Disk]] = {name: [] for name in disks}
        self._look()
        for disk in self._disks.values():
            for number in [*disk.files, *self._seen]:
                disk.sync(number)  # what was there before is on the disk

    def look(self) -> None:
        """Note what has changed, as one more moment at which power may be lost."""
        self._look()
        for name, disk in self._disks.items():
            self.moments[name].append(disk.copied())

    def synced(self, handle: int) -> None:
        """Note that a file or folder was synced."""
        path = Path(f"/proc/self/fd/{handle}").readlink()
        inode = os.fstat(handle).st_ino
        for name, disk in self._disks.items():
            if inode in self._numbers and not self._ignored[name](path):
                disk.sync(self._numbers[inode])

    def _look(self) -> None:
        before, self._seen = self._seen, {}
        alive: dict[int, int] = {}
        changed: dict[int, bytes] = {}
        root = self._scan(self._root, alive, changed)
        self._numbers = alive
        for disk in self._disks.values():
            disk.root = root
            disk.change(_renamings(before, self._seen), changed)

    def _scan(self, path: Path, alive: dict[int, int], changed: dict[int, bytes]) -> int:
        number = self._number(path.stat().st_ino, alive)
        held = self._seen[number] = {}
        for each in sorted(os.scandir(path), key=lambda each: each.name):
            if each.is_dir():
                held[each.name] = self._scan(Path(each.path), alive, changed)
            else:
                held[each.name] = found = self._number(each.inode(), alive)
                if found not in self._stamps or not FINAL.search(each.path):
                    self._read(found, Path(each.path), changed)
        return number

    def _number(self, inode: int, alive: dict[int, int]) -> int:
        """A number that no other file has had: inodes are used again."""
        known = self._numbers.get(inode)
        alive[inode] = next(self._fresh) if known is None else known
        return alive[inode]

    def _read(self, number: int, path: Path, changed: dict[int, bytes]) -> None:
        found = path.stat()
        stamp = found.st_size, found.st_mtime_ns
        if self._stamps.get(number) != stamp:
            self._stamps[number] = stamp
            changed[number] = path.read_bytes()


def _renamings(before: Names, after: Names) -> list[Renaming]:
    """What happened to names from one look to the next; both names of what moved together."""
    gone, come = _places(before, after), _places(after, before)
    moved = [
        Renaming(((*gone.pop(number), None), (*come.pop(number), number)))
        for number in sorted(gone.keys() & come.keys())
    ]
    made = [Renaming(((*place, number),)) for number, place in come.items()]
    left = [(folder, name) for folder, name in gone.values() if name not in after.get(folder, {})]
    return [*moved, *made, *(Renaming(((*place, None),)) for place in left)]


def _places(here: Names, there: Names) -> dict[int, tuple[int, str]]:
    return {
        number: (folder, name)
        for folder, held in here.items()
        for name, number in held.items()
        if there.get(folder, {}).get(name) != number
    }


@contextmanager
def recorded(root: Path, **disks: Ignored) -> Iterator[dict[str, list[Disk]]]:
    """Record what the block does to a folder, on disks of which some leave syncs undone."""
    recorder = Recorder(root, disks)
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, _watched(getattr(os, name), recorder))
        sync = os.fsync

        def fsync(handle: int) -> None:
            recorder.look()
            sync(handle)
            recorder.synced(handle)

        patch.setattr(os, "fsync", fsync)
        yield recorder.moments
    recorder.look()


def _watched(call: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    def watched(*arguments: Any, **named: Any) -> Any:
        recorder.look()
        return call(*arguments, **named)

    return watched
