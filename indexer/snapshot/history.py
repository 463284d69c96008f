"""The snapshots that an index folder keeps: listed, compared, and gone back to."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from indexer.errors import DamagedError, SnapshotError
from indexer.snapshot.documents import StoredDocument
from indexer.snapshot.folder import IndexFolder, Published
from indexer.snapshot.manifest import Manifest
from indexer.snapshot.snapshot import full_check
from indexer.snapshot.source import Source


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot that is kept.

    Attributes:
        id: by which it is asked for.
        current: whether it is the published one.
        size: bytes of all its files; 0 where it cannot be read.
        manifest: what it is; None where that cannot be read.
        problem: why it cannot be read, in a sentence.
    """

    id: str
    current: bool
    size: int
    manifest: Manifest | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A document that only one of two snapshots holds."""

    id: str
    title: str
    passages: int


@dataclass(frozen=True, slots=True)
class Change:
    """A document that both hold, and not alike.

    Attributes:
        id: of the document.
        title: as it is now.
        before: passages that the first snapshot holds of it.
        after: passages that the second one holds.
        added: passages that only the second one holds.
        removed: passages that only the first one holds.
        text: whether its canonical text is another one (by SHA-256).
        metadata: whether something else is known of it.
    """

    id: str
    title: str
    before: int
    after: int
    added: int
    removed: int
    text: bool
    metadata: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one snapshot to another; documents stand in the order of their ids."""

    before: Manifest
    after: Manifest
    added: list[Entry]
    removed: list[Entry]
    changed: list[Change]
    unchanged: int


def list_kept(folder: IndexFolder) -> list[Kept]:
    """Return the snapshots of a folder, the one published last first.

    One that cannot be read is listed with the reason. If the pointer cannot be read, none is
    current.
    """
    try:
        current = folder.published().manifest.id
    except SnapshotError:
        current = None
    return [_kept(folder, identity, current) for identity in folder.ids()]


def _kept(folder: IndexFolder, identity: str, current: str | None) -> Kept:
    try:
        found = folder.kept(identity)
    except SnapshotError as error:
        return Kept(identity, identity == current, 0, None, str(error))
    size = sum(path.stat().st_size for path in found.path.rglob("*") if path.is_file())
    return Kept(identity, identity == current, size, found.manifest)


def compare(source: Source, before: str, after: str) -> Difference:
    """Say what changed from one kept snapshot to another, document by document.

    Raises:
        NotHeldError: one of them is not kept; names those that are.
        SnapshotError: one of them is damaged, or of another format, or the source is lost.
    """
    old, new = source.kept(before), source.kept(after)
    held, now = _documents(source, old), _documents(source, new)
    both = sorted(held.keys() & now.keys())
    changed = [change for name in both if (change := _change(held[name], now[name])) is not None]
    return Difference(
        before=old.manifest,
        after=new.manifest,
        added=[_entry(*now[name]) for name in sorted(now.keys() - held.keys())],
        removed=[_entry(*held[name]) for name in sorted(held.keys() - now.keys())],
        changed=changed,
        unchanged=len(both) - len(changed),
    )


_Held = tuple[StoredDocument, set[str]]
"""A document, and the ids of its passages."""


def _documents(source: Source, published: Published) -> dict[str, _Held]:
    with closing(source.passages(published)) as texts:
        passages = texts.ids_by_document()
        return {each.id: (each, passages.get(each.id, set())) for each in texts.documents()}


def _entry(document: StoredDocument, passages: set[str]) -> Entry:
    return Entry(document.id, document.metadata.title, len(passages))


def _change(before: _Held, after: _Held) -> Change | None:
    (old, held), (new, now) = before, after
    text, metadata = old.sha256 != new.sha256, old.metadata != new.metadata
    if not text and not metadata and held == now:
        return None
    return Change(
        id=new.id,
        title=new.metadata.title,
        before=len(held),
        after=len(now),
        added=len(now - held),
        removed=len(held - now),
        text=text,
        metadata=metadata,
    )


def roll_back(folder: IndexFolder, identity: str) -> list[str]:
    """Publish a kept snapshot again, in one step, once every byte of it is found to be whole.

    Returns:
        A sentence for each thing that is wrong; if there is any, nothing has been changed.

    Raises:
        NotHeldError: it is not kept; names those that are.
        BusyError: a build is at work.
        SnapshotError: its manifest is damaged or of another format, or the disk fails.
    """
    folder.kept(identity)  # a wrong id is said before the lock makes a folder
    try:
        with folder.lock():
            chosen = folder.kept(identity)
            problems = _problems(chosen, identity)
            if not problems:
                folder.point_to(chosen.path)
    except OSError as error:
        raise SnapshotError(
            f"{folder.root}: cannot be read or written ({error}); mend that and try again; "
            "what was published before is whole"
        ) from error
    return problems


def _problems(chosen: Published, identity: str) -> list[str]:
    """The full check, and the name: no pointer holds the checksum of an older manifest."""
    if chosen.manifest.id != identity:
        return [f"{chosen.path}: its manifest is that of {chosen.manifest.id}"]
    try:
        return full_check(chosen)
    except DamagedError as error:
        return [str(error)]
