from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.snapshot import open_snapshot
from search_api.cli import run
from search_api.engine.searcher import Searcher
from tests.conftest import FEWEST_PLACES, ROOT, write_corpus

pytestmark = pytest.mark.slow

PATIENCE = 30
"""Seconds after which a server that does not answer is given up."""


@dataclass
class Server:
    process: subprocess.Popen[str]
    client: httpx2.Client
    recipe: Recipe

    def ask(self, question: str) -> dict[str, Any]:
        response = self.client.get("/v1/search", params={"q": question})
        assert response.status_code == 200
        found: dict[str, Any] = response.json()
        return {name: value for name, value in found.items() if name != "timings_ms"}

    def wait_for(self, snapshot: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.client.get("/readyz").json()["index"] != snapshot:
            assert time.monotonic() < deadline, f"{snapshot} is not served"
            time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until_ready(process: subprocess.Popen[str], client: httpx2.Client) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended by itself"
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
    pytest.fail(f"the server was not ready after {PATIENCE} s")


@pytest.fixture(scope="module")
def server(
    tiny_model: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    recipe = Recipe(
        write_corpus(folder / "corpus"),
        folder / "index",
        cache,
        str(tiny_model),
        smallest_place=FEWEST_PLACES,
    )
    build(recipe)
    port = free_port()
    command = [sys.executable, "-m", "search_api", "serve", "--index", str(recipe.index)]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if "CITYWISE" not in name},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process, httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        try:
            wait_until_ready(process, client)
            yield Server(process, client, recipe)
        finally:
            process.terminate()
            try:
                out, said = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
    assert out == ""
    assert "Traceback" not in said
    assert "informal" not in said  # what people ask is nobody else's affair


def test_a_served_answer_is_the_engines_own(server: Server) -> None:
    searcher = Searcher(open_snapshot(server.recipe.index))
    for question in ("informal settlements", "Lima 🚲 & more"):
        expected = searcher.ask(question).model_dump(mode="json", exclude={"timings_ms"})
        assert server.ask(question) == expected


def test_eight_clients_at_once_get_the_same_answer(server: Server) -> None:
    alone = server.ask("informal settlements")
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(server.ask, ["informal settlements"] * 32)) == [alone] * 32


def test_a_problem_comes_in_its_shape_over_the_wire(server: Server) -> None:
    response = server.client.get("/v1/search", params={"q": "x", "k": 0})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"] == "k: Input should be greater than or equal to 1"


def test_a_newly_published_index_is_served_without_a_restart(server: Server) -> None:
    (server.recipe.corpus / "news.txt").write_text("Fresh news of tanks.", encoding="utf-8")
    published = build(server.recipe)
    server.wait_for(published.snapshot)
    answer = server.ask("news of tanks")
    assert answer["index"]["id"] == published.snapshot
    assert answer["index"]["documents"] == 4
    assert "Fresh news of tanks." in {result["text"] for result in answer["results"]}
    assert server.process.poll() is None


def test_a_snapshot_gone_back_to_is_served_without_a_restart(server: Server) -> None:
    before = server.ask("news of tanks")
    (server.recipe.corpus / "news.txt").write_text("Wrong news of tanks.", encoding="utf-8")
    withdrawn = build(server.recipe).snapshot
    server.wait_for(withdrawn)
    assert server.ask("news of tanks")["index"]["id"] == withdrawn
    back = ["snapshots", "rollback", before["index"]["id"], "--index", str(server.recipe.index)]
    assert run(back) == 0
    server.wait_for(before["index"]["id"])
    assert server.ask("news of tanks") == before
    assert server.client.get("/readyz").json()["index"] == before["index"]["id"]
    assert server.process.poll() is None
