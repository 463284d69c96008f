"""What readers said: whether it can be kept and read."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.errors import CitywiseError
from search_api.doctor.finding import Finding
from search_api.feedback import MOST, entries, writable
from search_api.settings import Settings


def look_at_feedback(settings: Settings) -> Iterator[Finding]:
    """Count what readers said, and see whether more can be taken."""
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
