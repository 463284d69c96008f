from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.served import Served, serving

pytestmark = pytest.mark.load

CLIENTS, QUESTIONS = 16, 25


def ask(served: Served, own: int) -> list[httpx2.Response]:
    with httpx2.Client(base_url=served.url, timeout=30) as client:
        return [
            client.get("/v1/search", params={"q": f"water {own} {number}"})
            for number in range(QUESTIONS)
        ]


def probe(served: Served, ended: threading.Event) -> Counter[int]:
    seen: Counter[int] = Counter()
    with httpx2.Client(base_url=served.url, timeout=30) as client:
        while not ended.wait(0.05):
            seen.update(client.get(path).status_code for path in ("/healthz", "/readyz"))
    return seen


def test_more_than_can_be_answered_is_refused_while_the_server_stays_healthy(
    built: Path, tmp_path: Path
) -> None:
    ended = threading.Event()
    with (
        serving(built, tmp_path, concurrent="2") as served,
        ThreadPoolExecutor(CLIENTS + 1) as threads,
    ):
        healthy = threads.submit(probe, served, ended)
        asked = [threads.submit(ask, served, number) for number in range(CLIENTS)]
        answers = [answer for each in asked for answer in each.result()]
        ended.set()
        health = healthy.result()
        afterwards = httpx2.get(f"{served.url}/v1/search", params={"q": "water"}).status_code
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses.keys() == {200, 503}
    assert statuses.total() == CLIENTS * QUESTIONS
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}
    assert health.keys() == {200}
    assert afterwards == 200
