"""A small collection about cities, so that places, filters and groups have something to tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORDS: list[dict[str, Any]] = [
    {"id": "lima-water", "title": "Water trucks", "city": "Lima", "country": "Peru",
     "date": "2020-04", "kind": "initiative", "topics": ["Water"], "language": "en",
     "response": "Trucks carried water to the hills of Lima.",
     "challenge": "Water was dear, and the hills are steep."},
    {"id": "durban-water", "title": "Standpipes", "city": "eThekwini", "country": "South Africa",
     "date": "2020-05-11", "kind": "initiative", "topics": ["water", "Housing"], "language": "en",
     "text": "Standpipes brought water to informal settlements."},
    {"id": "astana-shops", "title": "Shops", "city": "Nur-Sultan", "country": "Kazakhstan",
     "date": "2021", "kind": "news", "topics": ["trade"], "language": "en",
     "text": "Shops closed for a month, though water was sold."},
    {"id": "valencia-es", "title": "Mercados", "city": "Valencia", "country": "Spain",
     "date": "2021-06", "kind": "news", "topics": ["trade"], "language": "es",
     "text": "Los mercados vendieron agua en la plaza de la ciudad."},
    {"id": "valencia-ve", "title": "Markets", "city": "Valencia", "country": "Venezuela",
     "date": "2019", "kind": "report", "topics": ["trade"], "language": "en",
     "text": "Markets sold water by the litre."},
    {"id": "report", "title": "A long report", "kind": "report", "language": "en",
     "text": "\n\n".join(
         f"Paragraph {number} says that water is life and that water must reach everybody, "
         "in every street and at every hour of the day." for number in range(8))},
    {"id": "essay", "title": "An essay", "kind": "other", "language": "en",
     "text": "Water prices differ. In Lima and Quito a cubic metre costs more than in Durban."},
]  # fmt: skip
"""Lima, Durban and Astana under other names, two Valencias, and a report that speaks of none."""


def write_cities(folder: Path) -> Path:
    """Write the collection into a folder and return it."""
    folder.mkdir(parents=True)
    lines = (json.dumps(record) + "\n" for record in RECORDS)
    (folder / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder
