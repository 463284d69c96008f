"""Rates of a real server of several processes: whatever process answers, and whatever is forged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from search_api.keys import Terms, create
from tests.served import Served, serving

pytestmark = pytest.mark.security

WORKERS, QUOTA, ASKED = 4, 12, 30
FORGED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "True-Client-IP", "Via")


@contextmanager
def limited(built: Path, folder: Path, *, keys: str = "", proxies: str = "") -> Iterator[Served]:
    settings = {"cache": str(folder / "cache"), "rate": f"{QUOTA}/hour"}
    settings |= {"keys": keys} if keys else {}
    settings |= {"proxies": proxies} if proxies else {}
    with serving(built, folder, workers=WORKERS, ready=True, **settings) as served:
        yield served


def asked(served: Served, *sent: dict[str, str]) -> Counter[int]:
    """Statuses of questions with headers, each over a new connection: any process may get it."""
    with httpx2.Client(base_url=served.url, timeout=30) as client:

        def ask(number: int) -> httpx2.Response:
            headers = {**sent[number], "Connection": "close"}
            return client.get("/v1/search", params={"q": f"water {number}"}, headers=headers)

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(ask, range(len(sent))))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert all(0 < int(answer.headers["retry-after"]) <= 3600 for answer in refused)
    return Counter(answer.status_code for answer in answers)


def test_a_rate_holds_for_all_processes_together_whatever_headers_say(
    built: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.sqlite"
    secret, _ = create(keys, Terms(rate=f"{QUOTA // 2}/hour"))
    with limited(built, tmp_path, keys=str(keys)) as served:
        forged = [
            {FORGED[number % len(FORGED)]: f"203.0.113.{number}", "Host": f"{number}.example",
             "Origin": f"https://{number}.example", "Referer": f"https://{number}.example/"}
            for number in range(ASKED)
        ]  # fmt: skip
        assert asked(served, *forged) == {200: QUOTA, 429: ASKED - QUOTA}
        keyed = [{**headers, "X-Citywise-Key": secret} for headers in forged]
        assert asked(served, *keyed) == {200: QUOTA // 2, 429: ASKED - QUOTA // 2}
        answered = {
            line["message"].partition("[")[2].rstrip("]")
            for line in served.lines()
            if "Started server process" in line["message"]
        }
    assert len(answered) == WORKERS


def test_visitors_behind_a_proxy_that_is_named_have_a_share_each(
    built: Path, tmp_path: Path
) -> None:
    with limited(built, tmp_path, proxies="127.0.0.1") as served:
        visitors = [{"X-Forwarded-For": f"203.0.113.{number % 2}"} for number in range(2 * ASKED)]
        # What a visitor wrote stands before what the proxy added, and is not believed.
        liar = [{"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.9"} for n in range(ASKED)]
        assert asked(served, *visitors) == {200: 2 * QUOTA, 429: 2 * (ASKED - QUOTA)}
        assert asked(served, *liar) == {200: QUOTA, 429: ASKED - QUOTA}
