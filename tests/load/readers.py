"""Clients that ask a real server while its index is published, rolled back and cleared away."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx2

from indexer.build import build
from indexer.report import Recipe
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.history import roll_back
from tests.served import PATIENCE, Served

EACH = 4
"""Of so many changes one goes back to the snapshot before."""

REFUSED = (404, 422)
"""To what nobody should ask."""

ROUND = re.compile(r"round (\d+)")


@dataclass
class Heard:
    """What clients heard.

    Attributes:
        answers: how many, by the snapshot that they name and the rounds that they are made of.
        others: other responses, by address and status.
        later: how often a client was told to come again: more asked than the machine answers.
        wrong: every other answer, and every connection that broke.
        slowest: seconds of the slowest answer.
    """

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    others: Counter[tuple[str, int]] = field(default_factory=Counter)
    later: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


def write_round(corpus: Path, number: int) -> None:
    """Give every document of a corpus the number of a round: an answer shows if it mixes two."""
    for name in ("tanks", "trucks", "markets"):
        text = "\n\n".join(f"Water for the {name} of round {number}." for _ in range(2))
        (corpus / f"{name}.txt").write_text(f"{text}\n", encoding="utf-8")


def rounds(answer: dict[str, Any]) -> str:
    """Numbers of the rounds from which an answer's excerpts come; one alone if it mixes nothing."""
    texts = (result["text"] for result in answer["results"])
    return " ".join(sorted({found[1] for text in texts if (found := ROUND.search(text))}))


class Readers:
    """Clients that ask one question after the other until they are stopped."""

    def __init__(self, served: Served, number: int) -> None:
        """Start as many as are wanted."""
        self._served = served
        self._stop, self._threads = threading.Event(), ThreadPoolExecutor(number)
        self._heard = [Heard() for _ in range(number)]
        self._asking = [self._threads.submit(self._ask, own) for own in range(number)]

    def stopped(self) -> Heard:
        """Stop them; return what they heard together."""
        self._stop.set()
        for asking in self._asking:
            asking.result()
        self._threads.shutdown()
        together = Heard()
        for heard in self._heard:
            together.answers += heard.answers
            together.others += heard.others
            together.later += heard.later
            together.wrong += heard.wrong
            together.slowest = max(together.slowest, heard.slowest)
        return together

    def _ask(self, own: int) -> None:
        heard = self._heard[own]
        with httpx2.Client(base_url=self._served.url, timeout=30) as client:
            for request in self._requests(own):
                if self._stop.is_set():
                    return
                began = time.monotonic()
                try:
                    answer = client.request(**request)
                except httpx2.TransportError as error:
                    heard.wrong.append(repr(error))
                    continue
                heard.slowest = max(heard.slowest, time.monotonic() - began)
                self._judge(answer, heard)

    def _requests(self, own: int) -> Iterator[dict[str, Any]]:
        """What one client asks, without end."""
        for number in count():
            asked = {"q": f"water {own} {number}", "k": 9}
            yield {"method": "GET", "url": "/v1/search", "params": asked}

    def _judge(self, answer: httpx2.Response, heard: Heard) -> None:
        if answer.status_code == 503 and "retry-after" in answer.headers:
            heard.later += 1
            time.sleep(0.1)
        elif answer.status_code != 200:
            heard.wrong.append(f"{answer.status_code}: {answer.text}")
        else:
            found = answer.json()
            heard.answers[found["index"]["id"], rounds(found)] += 1


class Visitors(Readers):
    """Clients that ask all that pages, sites and assistants do, and what nobody should."""

    def _requests(self, own: int) -> Iterator[dict[str, Any]]:
        for number in count():
            asked = f"water {own} {number}"
            for url in (
                f"/?q={asked}", "/v1/search?q=water&format=csv", f"/v1/timeline?q={asked}",
                "/v1/documents", "/v1/suggest?q=wa", f"/embed?q={asked}", "/v1/coverage",
                "/documents/tanks.txt", "/metrics", f"/v1/search?q={'x' * 3000}", "/v1/nowhere",
            ):  # fmt: skip
                yield {"method": "GET", "url": url}
            call = {"name": "search", "arguments": {"query": asked}}
            told = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call}
            accepts = {"Accept": "application/json, text/event-stream"}
            yield {"method": "POST", "url": "/mcp", "json": told, "headers": accepts}
            yield {"method": "POST", "url": "/v1/search", "json": {"q": asked, "k": 2}}

    def _judge(self, answer: httpx2.Response, heard: Heard) -> None:
        if answer.status_code == 503 and "retry-after" in answer.headers:
            heard.later += 1
            time.sleep(0.1)
        elif answer.status_code in (200, *REFUSED):
            heard.others[answer.request.url.path, answer.status_code] += 1
        else:
            heard.wrong.append(f"{answer.status_code}: {answer.text[:300]}")


class Publisher:
    """Publishes rounds of a corpus one after the other, and goes back now and then."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self.known: dict[str, str] = {}
        self.published: list[str] = []

    def publish(self, number: int) -> str:
        """Publish a round; its id."""
        write_round(self._recipe.corpus, number)
        identity = build(self._recipe).snapshot
        self.known[identity] = str(number)
        self.published.append(identity)
        return identity

    def go_back(self) -> str:
        """Publish again what was published before; its id."""
        folder = IndexFolder(self._recipe.index)
        before = folder.ids()[1]
        assert roll_back(folder, before) == []
        self.published.append(before)
        return before

    def change(self, number: int) -> str:
        """Publish a round, or after some rounds go back."""
        return self.go_back() if number % EACH == EACH - 1 else self.publish(number)


def wait_until_served(served: Served, identity: str) -> None:
    """Wait until one of the workers answers from a snapshot."""
    deadline = time.monotonic() + PATIENCE
    while httpx2.get(f"{served.url}/readyz").json()["index"] != identity:
        assert time.monotonic() < deadline, f"{identity} is not served"
        time.sleep(0.05)
