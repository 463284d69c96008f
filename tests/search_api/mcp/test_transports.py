from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from indexer.snapshot.folder import IndexFolder
from search_api.engine.searcher import Searcher
from search_api.http.app import create_app
from search_api.mcp.arguments import Search, SearchExcerpts
from search_api.mcp.tools import search, search_excerpts
from search_api.settings import Settings
from tests.browser.conftest import PATIENCE, serving
from tests.conftest import ROOT

QUESTION = {"query": "bicycle lanes in Lima"}
FILTERED: dict[str, Any] = {"query": "water", "kind": ["session"], "city": ["Durban"]}
TOOLS = ["search", "fetch", "search_excerpts"]


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with serving(create_app(Settings(index=built))) as address:
        yield address


def spoken(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def call(server: Any, name: str, mode: str = "auto", **arguments: Any) -> CallToolResult:
    async def run() -> CallToolResult:
        async with Client(server, mode=mode, read_timeout_seconds=PATIENCE) as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(run())


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_over_http_the_tools_are_described_found_and_read(
    mode: str, address: str, searcher: Searcher
) -> None:
    async def talk() -> None:
        async with Client(f"{address}/mcp", mode=mode, read_timeout_seconds=PATIENCE) as client:
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == TOOLS
            for tool in tools:
                assert tool.annotations is not None
                assert tool.annotations.read_only_hint is True
                assert tool.input_schema["additionalProperties"] is False
            found = await client.call_tool("search", QUESTION)
            expected = search(searcher, Search(**QUESTION), address).model_dump(mode="json")
            assert found.is_error is False
            assert found.structured_content == json.loads(spoken(found)) == expected
            first = expected["results"][0]
            read = await client.call_tool("fetch", {"id": first["id"]})
            assert json.loads(spoken(read))["url"].startswith(first["url"].partition("#")[0])
            filtered = await client.call_tool("search_excerpts", FILTERED)
            excerpts = search_excerpts(searcher, SearchExcerpts(**FILTERED), address)
            assert filtered.structured_content == excerpts.model_dump(mode="json")
            assert [each.document for each in excerpts.results] == ["durban-note"] * 3

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("search", {}, "query: Field required"),
        ("search", {"query": "   "}, "the question is empty; ask in a few words or a sentence"),
        ("search_excerpts", {"query": "water", "k": 99, "colour": "red"},
         "k: Input should be less than or equal to 50; colour: Extra inputs are not permitted"),
        ("search_excerpts", {"query": "water", "since": "soon"},
         "since: 'soon' is no date; write it as 2020, 2020-05 or 2020-05-31"),
        ("draw", {}, "no tool is called “draw”; there are search, fetch, search_excerpts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(
    tool: str, arguments: dict[str, Any], sentence: str, address: str
) -> None:
    refused = call(f"{address}/mcp", tool, **arguments)
    assert (refused.is_error, spoken(refused)) == (True, sentence)


def test_an_index_that_cannot_be_read_is_said_without_its_path(index_copy: IndexFolder) -> None:
    with serving(create_app(Settings(index=index_copy.root))) as address:
        database = index_copy.published().path / "passages.sqlite"
        database.write_bytes(b"\x01" * database.stat().st_size)
        refused = call(f"{address}/mcp", "fetch", id="durban-note")
    assert (refused.is_error, spoken(refused)) == (
        True, "the index cannot be read at present; try again later",
    )  # fmt: skip


CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "search", "arguments": QUESTION}}  # fmt: skip
PROTOCOL = {"Accept": "application/json, text/event-stream"}


def test_one_request_is_answered_by_itself_in_plain_json(address: str) -> None:
    response = httpx2.post(f"{address}/mcp", json=CALL, headers=PROTOCOL)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert "mcp-session-id" not in response.headers
    assert response.json()["result"]["isError"] is False


def test_links_begin_with_the_public_address_if_one_is_set(built: Path) -> None:
    settings = Settings(index=built, public_url="https://city.example/find/")
    with TestClient(create_app(settings)) as client:
        found = client.post("/mcp", json=CALL, headers={**PROTOCOL, "Host": "behind.proxy"}).json()
    urls = [each["url"] for each in found["result"]["structuredContent"]["results"]]
    assert urls[0].startswith("https://city.example/find/documents/lima-bikes?passage=")


@pytest.mark.parametrize(
    ("setting", "origin", "status"),
    [
        ("*", "https://any.example", 200),
        ("https://city.example", "https://city.example", 200),
        ("https://city.example", None, 200),
        ("https://city.example", "http://rebound.example:8000", 403),
    ],
)
def test_only_pages_that_may_ask_the_api_may_ask_here(
    setting: str, origin: str | None, status: int, built: Path
) -> None:
    headers = PROTOCOL | ({"Origin": origin} if origin else {})
    with TestClient(create_app(Settings(index=built, cors_origins=setting))) as client:
        response = client.post("/mcp", json=CALL, headers=headers)
    assert response.status_code == status
    if status == 403:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"] == f"pages of {origin} may not ask here"


def test_there_is_no_stream_to_wait_on_and_no_session_to_end(address: str) -> None:
    for method in ("GET", "DELETE"):
        response = httpx2.request(method, f"{address}/mcp", headers=PROTOCOL)
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert response.headers["content-type"] == "application/problem+json"


def test_before_the_index_is_open_the_tools_wait(built: Path) -> None:
    starting = TestClient(create_app(Settings(index=built)))  # not entered: not started yet
    response = starting.post("/mcp", json=CALL, headers=PROTOCOL)
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")


@pytest.mark.slow
def test_over_stdio_the_tools_answer_and_questions_are_not_logged(
    built: Path, searcher: Searcher, tmp_path: Path
) -> None:
    said = tmp_path / "stderr"
    command = StdioServerParameters(
        command="/bin/sh",
        args=["-c", f'exec "$0" -m search_api mcp --index "$1" 2>"{said}"',
              sys.executable, str(built)],
        env=dict(os.environ) | {"CITYWISE_PUBLIC_URL": "https://city.example"},
        cwd=ROOT,
    )  # fmt: skip

    async def talk() -> list[CallToolResult]:
        async with Client(command, read_timeout_seconds=PATIENCE) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
            found = await client.call_tool("search", QUESTION)
            first = json.loads(spoken(found))["results"][0]
            read = await client.call_tool("fetch", {"id": first["id"]})
            return [found, read, await client.call_tool("search_excerpts", FILTERED)]

    found, read, filtered = asyncio.run(talk())
    base = "https://city.example"
    expected = search(searcher, Search(**QUESTION), base)
    assert found.structured_content == expected.model_dump(mode="json")
    assert json.loads(spoken(read))["title"] == expected.results[0].title
    excerpts = search_excerpts(searcher, SearchExcerpts(**FILTERED), base)
    assert filtered.structured_content == excerpts.model_dump(mode="json")
    assert said.read_text(encoding="utf-8") == ""


LIGHT = """
import contextlib, io, sys
from search_api.cli import run
with contextlib.redirect_stdout(io.StringIO()):
    print(run(["ask", "water", "--index", sys.argv[1]]))
sys.exit(sorted({name.split(".")[0] for name in sys.modules} & {"mcp", "mcp_types"}) != [])
"""


@pytest.mark.slow
def test_asking_on_the_command_line_does_not_load_the_protocol(built: Path) -> None:
    command = [sys.executable, "-c", LIGHT, str(built)]
    assert subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode == 0
