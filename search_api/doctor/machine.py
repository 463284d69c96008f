"""What the machine gives: files that may be open, and room on its disks."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import CitywiseError
from indexer.snapshot.folder import IndexFolder
from search_api.doctor.finding import Finding

FEWEST_FILES = 1024
"""Open files that a server may need: connections, mapped arrays, databases."""

ROOM = 1 << 28
"""Bytes that must be free for caches and logs."""


def look_at_open_files() -> Iterator[Finding]:
    """Compare how many files may be open with how many a server needs."""
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    said = f"{limit:,} files may be open"
    if limit < FEWEST_FILES:
        yield Finding("open files", "note", said, f"raise it: ulimit -n {FEWEST_FILES}")
    else:
        yield Finding("open files", "ok", said)


def look_at_disks(index: Path | None, cache: Path) -> Iterator[Finding]:
    """See that there is room for another build, and for caches and logs."""
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
