"""References as a terminal has room for them."""

from __future__ import annotations

from search_api.engine.answer import Result
from search_api.engine.citation import named_sources


def reference(result: Result, *, cut: bool) -> str:
    """Return an excerpt's reference.

    Args:
        result: the excerpt.
        cut: name the first of several sources and count the others; they can fill half a screen.
    """
    sources = result.document.sources
    if not cut or len(sources) < 2:
        return result.citation
    own = result.citation.removesuffix(named_sources(sources))
    return f"{own} Sources: {sources[0].publisher} and {len(sources) - 1} more; --json names them."
