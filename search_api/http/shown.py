"""What a server of the shipped corpus gave, kept beside this module for the API's description."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def kept(name: str) -> dict[str, Any]:
    """A response by its name."""
    text = files(__package__).joinpath(f"{name}.example.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


SEARCH_ANSWER = kept("search")
CITATIONS = kept("citations")

SHOWN = SEARCH_ANSWER["results"][0]["passage_id"]
"""A passage of the shipped corpus, to ask for in examples of requests."""

SHOWN_DOCUMENT = SEARCH_ANSWER["results"][0]["document"]["id"]

INDEX = SEARCH_ANSWER["index"]["id"]
