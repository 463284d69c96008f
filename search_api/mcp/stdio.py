"""The tools over standard input and output, for an assistant that starts the program itself."""

from __future__ import annotations

import asyncio

from mcp.server.stdio import stdio_server

from search_api.mcp.server import Current, make_server


def serve_stdio(current: Current, public_url: str | None) -> None:
    """Answer until the assistant closes the input.

    Args:
        current: gives the searcher of what is published now.
        public_url: address of a server that shows the same documents; links begin with it.
    """
    asyncio.run(_serve(current, public_url))


async def _serve(current: Current, public_url: str | None) -> None:
    server = make_server(current, lambda _: public_url)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
