"""What is wrong with an installation, its index and its settings, and how to mend it."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import resource
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from indexer import __version__
from indexer.errors import CitywiseError
from indexer.snapshot.folder import IndexFolder, Published
from indexer.snapshot.source import FolderSource, Source
from search_api.engine.current import WARMING
from search_api.engine.searcher import Searcher
from search_api.feedback import MOST, entries, writable
from search_api.keys import Key, listed, today
from search_api.settings import Settings

State = Literal["ok", "note", "wrong"]

FEWEST_FILES = 1024
"""Open files that a server may need: connections, mapped arrays, databases."""

ROOM = 1 << 28
"""Bytes that must be free for caches and logs."""

STALE = 35
"""Days after which an index is old for one that is built every night or month."""

_NEEDED = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?(?:\s*\(?(?:>=|==)([\d.]+))?")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at.

    Attributes:
        about: what it is.
        state: whether all is well; a note is no fault.
        said: what was found.
        mend: what to do, None if nothing.
    """

    about: str
    state: State
    said: str
    mend: str | None = None


def examine(settings: Settings, index: Path, store: Callable[[], Source] | None) -> list[Finding]:
    """Look at everything that serving needs; each thing is found well, or wrong with a remedy.

    Args:
        settings: of the server.
        index: folder that is served.
        store: opens what is served instead, if anything.
    """
    looks: list[Callable[[], Iterator[Finding]]] = [
        _python,
        _packages,
        _files,
        lambda: _index(store or (lambda: FolderSource(index))),
        lambda: _disk(None if store else index, settings.cache),
        lambda: _feedback(settings),
        lambda: _keys(settings),
        lambda: _address(settings),
    ]
    return [finding for look in looks for finding in look()]


def _python() -> Iterator[Finding]:
    said = f"citywise {__version__}, Python {platform.python_version()}, {platform.platform()}"
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield Finding("program", "ok", f"{said}, SQLite {sqlite3.sqlite_version}")
    else:
        yield Finding("program", "wrong", said, "use Python 3.11, 3.12 or 3.13")


def _packages() -> Iterator[Finding]:
    mend = "run `pip install citywise` in this environment again"
    try:
        needed = importlib.metadata.requires("citywise") or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding("packages", "wrong", "citywise itself is not installed", mend)
        return
    serving = [line for line in needed if "extra ==" not in line]
    lacking = [said for line in serving if (said := _lacks(line))]
    if lacking:
        yield Finding("packages", "wrong", "; ".join(lacking), mend)
    else:
        yield Finding("packages", "ok", f"all {len(serving)} that answering needs are here")
    building = [line for line in needed if 'extra == "indexer"' in line.replace("'", '"')]
    if any(_lacks(line) for line in building):
        said = "what building an index needs is not all here; an index from elsewhere can be served"
        yield Finding("building", "note", said, "pip install 'citywise[indexer]'")
    else:
        yield from _model()


def _lacks(requirement: str) -> str | None:
    """What is wrong with a package that is needed, by its name and lowest version."""
    found = _NEEDED.match(requirement)
    assert found is not None  # noqa: S101 - the form of what pip itself has written
    name, least = found.groups()
    try:
        held = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return f"{name} is not installed"
    return f"{name} {held} is older than {least}" if least and _key(held) < _key(least) else None


def _key(version: str) -> list[int]:
    """The numbers of a version, such that 2 and 2.0 are equal."""
    numbers = [int(part) for part in re.findall(r"\d+", version.partition("+")[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def _model() -> Iterator[Finding]:
    from indexer.embedding.models import find_model

    try:
        model = find_model()
    except CitywiseError as error:
        yield Finding("model", "wrong", *_parted(str(error)))
        return
    yield Finding("model", "ok", f"{model.name}, its weights as published")


def _files() -> Iterator[Finding]:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    said = f"{limit:,} files may be open"
    if limit < FEWEST_FILES:
        yield Finding("open files", "note", said, f"raise it: ulimit -n {FEWEST_FILES}")
    else:
        yield Finding("open files", "ok", said)


def _index(opens: Callable[[], Source]) -> Iterator[Finding]:
    try:
        source = opens()
        published = source.published()
        began = time.perf_counter()
        searcher = Searcher(source.open(published))
        opened = time.perf_counter()
        searcher.ask(WARMING)
    except CitywiseError as error:
        yield Finding("index", "wrong", *_parted(str(error)))
        return
    is_folder = isinstance(source, FolderSource)
    yield _described(published, "every file is there in its size" if is_folder else f"in {source}")
    asked = time.perf_counter()
    said = f"opened in {(opened - began) * 1000:.0f} ms, answered in {(asked - opened) * 1000:.0f}"
    yield Finding("answers", "ok", f"{said} ms")


def _described(published: Published, where: str) -> Finding:
    manifest = published.manifest
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.built)
    said = (
        f"{manifest.id}, built {manifest.built} by citywise {manifest.software}: "
        f"{manifest.documents:,} documents, {manifest.passages:,} passages; {where}"
    )
    if age.days > STALE:
        return Finding("index", "note", said, f"{age.days} days old; build it again")
    return Finding("index", "ok", said)


def _disk(index: Path | None, cache: Path) -> Iterator[Finding]:
    places = [("disk of the cache", cache, ROOM)]
    if index is not None:
        places.insert(0, ("disk of the index", index, 2 * _size(index) + ROOM))
    for about, folder, needed in places:
        place = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.is_dir())
        free = shutil.disk_usage(place).free
        said = f"{free / 1e9:.1f} GB free at {place}"
        if free < needed:
            mend = f"free some: a build needs {needed / 1e9:.1f} GB there"
            yield Finding(about, "wrong", said, mend)
        else:
            yield Finding(about, "ok", said)


def _size(root: Path) -> int:
    """Bytes of the published snapshot; 0 if there is none."""
    try:
        files = IndexFolder(root).published().manifest.files.values()
    except CitywiseError:
        return 0
    return sum(info.size for info in files)


def _feedback(settings: Settings) -> Iterator[Finding]:
    kept = settings.feedback
    if kept is None:
        yield Finding("feedback", "ok", "readers are not asked")
        return
    if not writable(kept):
        mend = "set CITYWISE_FEEDBACK to a file that can be written, or to nothing"
        yield Finding("feedback", "note", f"{kept} cannot be written; readers are not asked", mend)
        return
    try:
        held = sum(1 for _ in entries(kept))
    except CitywiseError as error:
        mend = "move it away and put a backup of it there; another is begun where there is none"
        yield Finding("feedback", "wrong", str(error).partition("; ")[0], mend)
        return
    said = f"{held:,} of at most {MOST:,} entries in {kept}"
    if held >= MOST:
        mend = "export it with `citywise feedback` and move it away"
        yield Finding("feedback", "note", f"{said}; no more are taken", mend)
    else:
        yield Finding("feedback", "ok", said)


def _keys(settings: Settings) -> Iterator[Finding]:
    if settings.keys is None:
        held: list[Key] = []
    else:
        try:
            held = listed(settings.keys)
        except CitywiseError as error:
            mend = (
                "put a backup of it there, or move it away and make keys anew: those made are lost"
            )
            yield Finding("keys", "wrong", str(error).partition("; ")[0], mend)
            return
    good = sum(key.fault(today()) is None for key in held)
    said = f"{len(held):,} made, {good:,} of them good"
    if settings.require_key and not good:
        mend = "make one with `citywise keys create`, or leave CITYWISE_REQUIRE_KEY out"
        yield Finding("keys", "wrong", f"{said}; nobody can ask, as a key is required", mend)
    else:
        yield Finding("keys", "ok", said)


def _address(settings: Settings) -> Iterator[Finding]:
    said = f"{settings.host}, port {settings.port}, {settings.workers} worker(s)"
    if settings.public_url is None and not _local(settings.host):
        mend = "set CITYWISE_PUBLIC_URL, or permalinks begin with whatever a visitor calls the host"
        yield Finding("address", "note", said, mend)
    else:
        yield Finding("address", "ok", said)


def _local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parted(sentence: str) -> tuple[str, str | None]:
    """What is wrong, and what to do next, as our errors say it."""
    said, _, mend = sentence.rpartition("; ")
    return (said, mend) if said else (sentence, None)
