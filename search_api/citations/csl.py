"""CSL-JSON, the data that citation processors read (csl-data.json of CSL 1.0.2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from search_api.citations.dates import parts
from search_api.citations.note import note
from search_api.citations.record import Citation

TYPES = {"news": "webpage", "press-release": "report", "report": "report"}
GENRES = {"session": "Session notes", "initiative": "Initiative", "press-release": "Press release"}
KEPT = ("passage", "document", "start", "end", "sha256", "snapshot", "permalink", "link")


def csl_items(citations: Sequence[Citation]) -> list[dict[str, Any]]:
    """Return an item for each citation, without what is not known."""
    return [_item(citation) for citation in citations]


def csl_json(citations: Sequence[Citation]) -> str:
    """Write citations as an array of items."""
    return json.dumps(csl_items(citations), ensure_ascii=False, indent=1) + "\n"


def _item(citation: Citation) -> dict[str, Any]:
    c, issued = citation, parts(citation.date)
    plain = c.plain()
    item = {
        "id": f"citywise-{c.passage}",
        "type": TYPES.get(c.kind, "document"),
        "title": c.title,
        "genre": GENRES.get(c.kind),
        "author": [{"literal": c.publisher}] if c.publisher else None,
        "publisher": c.publisher,
        "issued": {"date-parts": [list(issued)]} if issued else None,
        "accessed": {"date-parts": [[c.accessed.year, c.accessed.month, c.accessed.day]]},
        "language": c.language,
        "URL": c.url or c.permalink,
        "locator": c.locator.value if c.locator else None,
        "abstract": c.quote,
        "source": "citywise",
        "note": note(c),
        "custom": {name: plain[name] for name in KEPT if plain[name] is not None},
    }
    return {name: value for name, value in item.items() if value is not None}
