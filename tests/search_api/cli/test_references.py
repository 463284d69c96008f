from __future__ import annotations

import pytest

from search_api.cli.references import reference
from search_api.engine.answer import Result, SourceRef
from search_api.http.shown import SEARCH_ANSWER

SOURCES = [
    {"publisher": publisher, "title": "Minutes", "url": "https://example.org/a", "date": None}
    for publisher in ("City Hall", "Paper", "Press")
]
TOLD = [
    "City Hall, “Minutes”, https://example.org/a",
    "Paper, “Minutes”, https://example.org/a",
    "Press, “Minutes”, https://example.org/a",
]


@pytest.mark.parametrize(
    ("kept", "cut"),
    [
        ([0, 1, 2], "Network, “Notes”. Sources: City Hall and 2 more; --json names them."),
        ([1, 2], "Network, “Notes”. Sources: Paper and 1 more; --json names them."),
        ([0], "Network, “Notes”. Sources: City Hall, “Minutes”, https://example.org/a."),
        ([], "Network, “Notes”."),
    ],
)
def test_a_terminal_shows_the_first_of_many_sources(kept: list[int], cut: str) -> None:
    result = Result.model_validate(SEARCH_ANSWER["results"][0])
    sources = [SourceRef.model_validate(SOURCES[n]) for n in kept]
    ends = f" Sources: {'; '.join(TOLD[n] for n in kept)}." if kept else ""
    document = result.document.model_copy(update={"sources": sources})
    whole = f"Network, “Notes”.{ends}"
    shown = result.model_copy(update={"document": document, "citation": whole})
    assert reference(shown, cut=False) == whole
    assert reference(shown, cut=True) == cut
