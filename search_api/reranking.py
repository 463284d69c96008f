"""The one way from answering to a cross-encoder: torch is loaded here, when one is asked for."""

from __future__ import annotations

from functools import lru_cache

from search_api.engine.reranking import Reranker


def find_reranker(name: str | None) -> Reranker | None:
    """Return the cross-encoder of a name or path; None if none is asked for.

    Raises:
        ModelError: it cannot be found, trusted or used.
        MissingExtraError: what runs it is not installed.
    """
    return _loaded(name) if name else None


@lru_cache(maxsize=1)
def _loaded(name: str) -> Reranker:
    """Load it once: a server of one process has looked at it before it serves."""
    from indexer.embedding.crossing import CrossEncoderReranker

    return CrossEncoderReranker(name)
