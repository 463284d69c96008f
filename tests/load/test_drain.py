from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx2
import pytest

from tests.served import PATIENCE, Served, serving

pytestmark = pytest.mark.load

LONGEST = 10
"""Seconds in which a server must have ended after SIGTERM."""


@dataclass
class Heard:
    """What clients heard: statuses by whether they came after the signal; and what was lost."""

    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def ask_until_refused(
    served: Served, own: str, fresh: bool, ending: threading.Event, heard: Heard
) -> None:
    """Ask one question after the other, over one connection or new ones, until none is taken."""
    for client in clients(served, fresh):
        for number in count():
            late = ending.is_set()
            try:
                answer = client.get("/v1/search", params={"q": f"water {own} {number}"})
            except httpx2.ConnectError:
                return
            except httpx2.TransportError as error:
                heard.lost.append(repr(error))
                return
            (heard.after if late else heard.before).append(answer.status_code)
            if fresh:
                break


def clients(served: Served, fresh: bool) -> Iterator[httpx2.Client]:
    while True:
        with httpx2.Client(base_url=served.url, timeout=20) as client:
            yield client
        if not fresh:
            return


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_that_is_told_to_end_loses_no_request_that_it_accepted(
    workers: int, built: Path, tmp_path: Path
) -> None:
    heard, ending = Heard(), threading.Event()
    with serving(built, tmp_path, workers=workers) as served, ThreadPoolExecutor(8) as threads:
        for number in range(8):
            args = (served, str(number), number % 2 == 0, ending, heard)
            threads.submit(ask_until_refused, *args)
        time.sleep(1)
        ending.set()
        began = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        served.process.wait(LONGEST)
        taken = time.monotonic() - began
    assert heard.lost == []
    assert set(heard.before) == set(heard.after) == {200}
    assert min(len(heard.before), len(heard.after)) >= 8
    assert 1 < taken < LONGEST
    assert served.process.returncode in (0, -signal.SIGTERM)


def test_a_server_about_to_end_is_not_ready_and_closes_its_connections(
    built: Path, tmp_path: Path
) -> None:
    with (
        serving(built, tmp_path) as served,
        httpx2.Client(base_url=served.url) as client,
    ):
        assert client.get("/readyz").headers.get("connection") is None
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        ready, health = client.get("/readyz"), client.get("/healthz")
    assert (ready.status_code, ready.json()["detail"]) == (503, "the server is about to end")
    assert ready.headers["connection"] == health.headers["connection"] == "close"
    assert health.status_code == 200


def test_a_worker_that_dies_is_replaced(built: Path, tmp_path: Path) -> None:
    with serving(built, tmp_path, workers=2) as served:
        first = two_workers(served)
        killed = min(first)
        os.kill(killed, signal.SIGKILL)
        assert len(two_workers(served, without=killed) - first) == 1
        assert httpx2.get(f"{served.url}/v1/search?q=water").status_code == 200


def two_workers(served: Served, without: int = 0) -> set[int]:
    """Two workers, once both have started: a server is ready as soon as one of them is."""
    deadline = time.monotonic() + PATIENCE
    while len(found := workers_of(served) - {without}) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(found) == 2
    return found


def workers_of(served: Served) -> set[int]:
    """Processes that the server has said to have started."""
    said = [line["message"] for line in served.lines()]
    return {
        int(text.split("[")[1].rstrip("]")) for text in said if "Started server process" in text
    }
