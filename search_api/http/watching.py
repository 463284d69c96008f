"""Looks for a new index while nobody asks, so that whoever asks next finds it open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from search_api.engine.current import CurrentSearcher

INTERVAL = 1.0
"""Seconds between two looks, of which each asks the disk for one file's date."""


@asynccontextmanager
async def watched(current: CurrentSearcher) -> AsyncIterator[None]:
    """Look until the block ends."""
    task = asyncio.create_task(_watch(current))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(current: CurrentSearcher) -> None:
    while True:
        current.get()
        await asyncio.sleep(INTERVAL)
