"""Looks at everything, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.snapshot.source import FolderSource, Source
from search_api.doctor.address import look_at_address
from search_api.doctor.feedback import look_at_feedback
from search_api.doctor.finding import Finding
from search_api.doctor.index import look_at_index
from search_api.doctor.keys import look_at_keys
from search_api.doctor.machine import look_at_disks, look_at_open_files
from search_api.doctor.packages import look_at_packages
from search_api.doctor.program import look_at_program
from search_api.settings import Settings


def examine(settings: Settings, index: Path, store: Callable[[], Source] | None) -> list[Finding]:
    """Look at everything that serving needs; each thing is found well, or wrong with a remedy.

    Args:
        settings: of the server.
        index: folder that is served.
        store: opens what is served instead, if anything.
    """
    looks: list[Callable[[], Iterator[Finding]]] = [
        look_at_program,
        look_at_packages,
        look_at_open_files,
        lambda: look_at_index(store or (lambda: FolderSource(index))),
        lambda: look_at_disks(None if store else index, settings.cache),
        lambda: look_at_feedback(settings),
        lambda: look_at_keys(settings),
        lambda: look_at_address(settings),
    ]
    return [finding for look in looks for finding in look()]
