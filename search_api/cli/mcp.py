"""`citywise mcp`."""

from __future__ import annotations

from pathlib import Path

import click

from search_api.cli.options import INDEX, STORE
from search_api.reranking import find_reranker
from search_api.settings import read_settings


@click.command(epilog="Example: citywise mcp --index index")
@INDEX
@STORE
def mcp(index: Path, store: str | None) -> int:
    """Serve the tools `search`, `fetch` and `search_excerpts` to an assistant that starts this.

    Speaks the Model Context Protocol on standard input and output until the input ends. A newly
    published index is picked up. `citywise serve` offers the same tools at /mcp.
    """
    from search_api.engine.current import CurrentSearcher
    from search_api.mcp.stdio import serve_stdio
    from search_api.sources import find_source

    settings = read_settings()
    reranker = find_reranker(settings.reranker)
    source = find_source(index, store, settings.cache)
    current = CurrentSearcher(source, settings.answers, reranker=reranker)
    serve_stdio(current.get, settings.public_url)
    source.close()
    return 0
