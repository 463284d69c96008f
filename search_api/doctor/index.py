"""The index that is served: opened, and asked something."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from indexer.errors import CitywiseError
from indexer.snapshot.folder import Published
from indexer.snapshot.source import FolderSource, Source
from search_api.doctor.finding import Finding, parted
from search_api.engine.current import WARMING
from search_api.engine.searcher import Searcher

STALE = 35
"""Days after which an index is old for one that is built every night or month."""


def look_at_index(opens: Callable[[], Source]) -> Iterator[Finding]:
    """Open the index as a server does, and ask it something."""
    try:
        source = opens()
        published = source.published()
        began = time.perf_counter()
        searcher = Searcher(source.open(published))
        opened = time.perf_counter()
        searcher.ask(WARMING)
    except CitywiseError as error:
        yield Finding("index", "wrong", *parted(str(error)))
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
