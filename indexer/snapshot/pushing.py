"""Publishing an index folder's snapshot elsewhere: files first, the pointer to them last."""

from __future__ import annotations

import json
from dataclasses import dataclass

from indexer.errors import DamagedError
from indexer.snapshot.folder import KEEP, IndexFolder
from indexer.snapshot.manifest import MANIFEST
from indexer.snapshot.pointer import POINTER, Pointer
from indexer.snapshot.pulling import pull
from indexer.snapshot.snapshot import full_check
from indexer.snapshot.storage import Storage


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes:
        snapshot: id of what is published there now.
        sent: bytes that went there.
    """

    snapshot: str
    sent: int


def push(folder: IndexFolder, target: Storage, *, again: bool = False) -> Pushed:
    """Publish an index folder's published snapshot elsewhere too; one machine pushes at a time.

    Args:
        folder: what to publish.
        target: where; becomes an index folder.
        again: write every file anew, even where one of its size is there.

    Raises:
        DamagedError: the snapshot is not whole; what is published there stays.
        SnapshotError: there is nothing to publish, or it cannot be read.
        StorageError: the target cannot be written.
    """
    published = folder.published()
    if problems := full_check(published):
        raise DamagedError(f"{problems[0]}; rebuild with `citywise index`")
    if target.local is not None:  # a folder can do more: locked, synced, cleared up
        pulled = pull(Storage(str(folder.root.absolute())), IndexFolder(target.local))
        return Pushed(pulled.snapshot, pulled.fetched)
    pointer, sent = folder.pointed(), 0
    where = f"snapshots/{pointer.snapshot}"
    for name, info in published.manifest.files.items():
        if again or target.size(f"{where}/{name}") != info.size:
            target.put(f"{where}/{name}", published.path / name)
            sent += info.size
    target.write(f"{where}/{MANIFEST}", (published.path / MANIFEST).read_bytes())
    target.write(POINTER, pointer.to_json().encode())
    _forget_old(target, pointer)
    return Pushed(published.manifest.id, sent)


def _forget_old(target: Storage, current: Pointer) -> None:
    """Keep as many snapshots as an index folder does, those that were built last."""
    others = [name for name in target.names("snapshots") if name != current.snapshot]
    built = {name: _built(target, name) for name in others}
    whole = sorted((name for name in others if built[name]), key=lambda name: built[name])
    for name in others:
        if name not in whole[-(KEEP - 1) :]:
            target.remove(f"snapshots/{name}")


def _built(target: Storage, name: str) -> str:
    """When a snapshot was built; nothing for one that is not whole."""
    try:
        return str(json.loads(target.read(f"snapshots/{name}/{MANIFEST}") or b"")["built"])
    except (ValueError, TypeError, KeyError):
        return ""
