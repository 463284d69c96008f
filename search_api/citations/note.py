"""The note that reference managers keep: by it a citation can be checked years later."""

from __future__ import annotations

import re
from typing import Any

from search_api.citations.record import Citation

_FACTS = {
    "passage": r"\bpassage ([0-9a-f]{16})\b",
    "snapshot": r"\bsnapshot ([0-9a-f]{16})\b",
    "sha256": r"\bsha256 ([0-9a-f]{64})\b",
    "permalink": r"\bpermalink ([^\s;]+)",
}
_SPAN = re.compile(r"\bcharacters (\d+)–(\d+)\b")


def note(citation: Citation) -> str:
    """Write what no field of a format is made for: passage, snapshot, hash, permalink, sources."""
    parts = [f"{citation.locator.label} {citation.locator.value}"] if citation.locator else []
    parts += [
        f"characters {citation.start}–{citation.end}",
        f"citywise passage {citation.passage}",
        f"snapshot {citation.snapshot}",
        f"sha256 {citation.sha256}",
    ]
    parts += [f"permalink {citation.permalink}"] if citation.permalink else []
    parts += [f"source: {source}" for source in citation.sources]
    return "; ".join(parts)


def parse_note(text: str) -> dict[str, Any]:
    """Read back what a note says, as far as it does."""
    found: dict[str, Any] = {
        name: match[1] for name, pattern in _FACTS.items() if (match := re.search(pattern, text))
    }
    if span := _SPAN.search(text):
        found["start"], found["end"] = map(int, span.groups())
    return found
