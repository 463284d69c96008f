from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from search_api.http.app import create_app
from search_api.http.bounds import HERE, LARGEST, LONGEST, WAITING
from search_api.settings import Settings
from tests.search_api.http.test_problems import detail

SEARCH = "/v1/search"
LARGE = "body: larger than 262,144 bytes; send less"


class Held:
    """A route, /held, that answers when it is let go."""

    def __init__(self, app: FastAPI) -> None:
        self._begun, self._let_go = threading.Semaphore(0), threading.Event()
        app.get("/held")(self._answer)

    def _answer(self) -> str:
        let_go = self._let_go
        self._begun.release()
        assert let_go.wait(20)
        return "done"

    def wait(self, count: int = 1) -> None:
        """Wait until so many more requests have begun."""
        for _ in range(count):
            assert self._begun.acquire(timeout=10)

    def let_go(self) -> None:
        """Let all of them answer, and hold those that come after."""
        self._let_go, before = threading.Event(), self._let_go
        before.set()


@pytest.fixture(scope="module")
def app(built: Path) -> FastAPI:
    """An application that answers one at a time, for a fifth of a second."""
    return create_app(Settings(index=built, concurrent=1, request_seconds=0.2))


@pytest.fixture(scope="module")
def held(app: FastAPI) -> Held:
    return Held(app)


@pytest.fixture(scope="module")
def client(app: FastAPI, held: Held) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def status(client: TestClient, wanted: int) -> int:
    """Ask until that is answered, five seconds at most; returns what was answered last."""
    for _ in range(100):
        if (found := client.get(SEARCH, params={"q": "water"}).status_code) == wanted:
            break
        time.sleep(0.05)
    return found


def chunks(size: int) -> Iterator[bytes]:
    """A body whose length is not said beforehand."""
    yield from (b" " * (1 << 14) for _ in range(size >> 14))


@pytest.mark.parametrize("path", [SEARCH, "/v1/verify", "/feedback", "/mcp", "/nowhere"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    path: str, client: TestClient
) -> None:
    assert detail(client.post(path, content=b" " * (LARGEST + 1)), 413) == LARGE


@pytest.mark.parametrize("path", [SEARCH, "/v1/verify"])
def test_a_body_of_unknown_length_is_refused_where_it_becomes_too_large(
    path: str, client: TestClient
) -> None:
    assert detail(client.post(path, content=chunks(LARGEST + (1 << 14))), 413) == LARGE


def test_an_address_that_is_too_long_is_refused(client: TestClient) -> None:
    said = detail(client.get(SEARCH, params={"q": "x" * LONGEST}), 414)
    assert said == "address: longer than 32,768 bytes; send the question by POST to /v1/search"


def test_what_takes_too_long_is_answered_and_keeps_its_place_until_it_is_done(
    client: TestClient, held: Held
) -> None:
    slow = client.get("/held")
    held.wait()
    assert slow.headers["retry-after"] == "1"
    assert detail(slow, 503) == "this took too long; ask again in a moment, or ask for less"
    busy = client.get(SEARCH, params={"q": "water"})
    assert busy.headers["retry-after"] == "1"
    assert detail(busy, 503) == "the server is busy; ask again in a moment"
    assert [client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [
        200
    ] * 3
    held.let_go()
    assert status(client, 200) == 200


@pytest.mark.load
def test_who_waits_too_long_for_a_turn_is_told_so(built: Path) -> None:
    app = create_app(Settings(index=built, concurrent=HERE + 1))
    held = Held(app)
    with TestClient(app) as client, ThreadPoolExecutor(HERE) as threads:
        first = [threads.submit(client.get, "/held") for _ in range(HERE)]
        held.wait(HERE)
        began = time.perf_counter()
        late = client.get(SEARCH, params={"q": "water"})
        assert time.perf_counter() - began > WAITING
        assert detail(late, 503) == "the server is busy; ask again in a moment"
        held.let_go()
        assert {each.result().status_code for each in first} == {200}


def test_a_site_hears_that_the_server_is_busy(client: TestClient, held: Held) -> None:
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(client.get, "/held")
        held.wait()
        busy = client.get(SEARCH, params={"q": "x"}, headers={"Origin": "https://city.example"})
        held.let_go()
        slow.result()
    assert busy.status_code == 503
    assert busy.headers["access-control-allow-origin"] == "*"
    assert "retry-after" in busy.headers["access-control-expose-headers"].lower()
