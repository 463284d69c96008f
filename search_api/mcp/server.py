"""The protocol's server: which tools there are, how they are called, and errors in one sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from indexer import __version__
from indexer.errors import CitywiseError, SnapshotError
from search_api.engine.searcher import Searcher
from search_api.mcp import tools
from search_api.mcp.arguments import Fetch, Search, SearchExcerpts
from search_api.mcp.findings import Entries, Excerpts, Fetched

INSTRUCTIONS = """\
Searches what a network of cities has written: session notes, initiatives, news and reports. \
Answers are verbatim excerpts, never summaries. Quote them word for word, name the city, and give \
citation and url beside each. Weak excerpts are returned too: say so where none answers the \
question."""

_log = logging.getLogger(__name__)

Current = Callable[[], Searcher]
"""Gives the searcher of what is published now."""

Base = Callable[[Any], str | None]
"""From the HTTP request of a call, if it came by one, to the address that links begin with."""


@dataclass(frozen=True, slots=True)
class _Offered:
    """A tool: what it is called, takes and gives, and what does it."""

    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[[Searcher, Any, str | None], BaseModel]

    def described(self, name: str) -> Tool:
        return Tool(
            name=name,
            title=self.title,
            description=self.description,
            input_schema=self.takes.model_json_schema(),
            output_schema=self.gives.model_json_schema(mode="serialization"),
            annotations=ToolAnnotations(
                read_only_hint=True,
                destructive_hint=False,
                idempotent_hint=True,
                open_world_hint=False,
            ),
        )


OFFERED = {
    "search": _Offered(
        "Search",
        "Find the passages that best answer a question: ids, titles and addresses, best first. "
        "Read one with `fetch`.",
        Search,
        Entries,
        tools.search,
    ),
    "fetch": _Offered(
        "Read",
        "Read a passage, or a whole document, by its id: the text verbatim, with what is known "
        "of it.",
        Fetch,
        Fetched,
        tools.fetch,
    ),
    "search_excerpts": _Offered(
        "Search excerpts",
        "Find verbatim excerpts with citation, cities and address, filtered by city, country, "
        "region, kind, topic, language and date. If nothing is found, `explanation` says which "
        "filter left nothing.",
        SearchExcerpts,
        Excerpts,
        tools.search_excerpts,
    ),
}
"""The tools by name."""


def make_server(current: Current, base: Base) -> Server[dict[str, Any]]:
    """Make a server of the tools; transports run it."""

    async def list_tools(
        context: ServerRequestContext[Any], parameters: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=[each.described(name) for name, each in OFFERED.items()])

    async def call_tool(
        context: ServerRequestContext[Any], asked: CallToolRequestParams
    ) -> CallToolResult:
        address = base(context.request)
        return await run_in_threadpool(_call, current, asked.name, asked.arguments or {}, address)

    return Server(
        "citywise",
        title="citywise",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _call(
    current: Current, name: str, arguments: dict[str, Any], base: str | None
) -> CallToolResult:
    """Call a tool; whatever goes wrong is said in a sentence that an assistant can act on."""
    tool = OFFERED.get(name)
    if tool is None:
        return _refused(f"no tool is called “{name}”; there are {', '.join(OFFERED)}")
    try:
        found = tool.run(current(), tool.takes.model_validate(arguments), base)
    except ValidationError as error:
        return _refused("; ".join(_sentence(fault) for fault in error.errors()))
    except SnapshotError:
        _log.exception("the index cannot be read")
        return _refused("the index cannot be read at present; try again later")
    except CitywiseError as error:
        return _refused(str(error))
    except Exception:
        _log.exception("tool %s failed", name)
        return _refused("an error of the program; its log says more")
    said = [TextContent(type="text", text=found.model_dump_json())]
    return CallToolResult(content=said, structured_content=found.model_dump(mode="json"))


def _refused(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)


def _sentence(fault: Any) -> str:
    """What is wrong with an argument, by its name."""
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
