"""Files and folders of which a loss of power takes nothing back once they are written."""

from __future__ import annotations

import os
from pathlib import Path

from indexer.folders import everything_below


def write(path: Path, data: bytes) -> None:
    """Write a file, and wait until the disk has it; its name is there once `sync` was told so."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, unless they are there, and wait for their names."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def sync(path: Path) -> None:
    """Wait until the disk has a file's content, or which names a folder holds."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(root: Path) -> None:
    """Wait until the disk has a folder and everything below it."""
    for path in sorted(everything_below(root), reverse=True):
        sync(path)
    sync(root)
