"""Embed keys: whether they can be read, and somebody can ask."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.errors import CitywiseError
from search_api.doctor.finding import Finding
from search_api.keys import Key, listed, today
from search_api.settings import Settings


def look_at_keys(settings: Settings) -> Iterator[Finding]:
    """Count the keys, and see that somebody can ask where one is required."""
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
