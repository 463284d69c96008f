"""Clients that ask a real server while its index is published, rolled back and cleared away."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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

ROUND = re.compile(r"round (\d+)")


@dataclass
class Heard:
    """What clients heard.

    Attributes:
        answers: how many, by the snapshot that they name and the rounds that they are made of.
        later: how often a client was told to come again: more asked than the machine answers.
        wrong: every other answer, and every connection that broke.
        slowest: seconds of the slowest answer.
    """

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
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
            together.later += heard.later
            together.wrong += heard.wrong
            together.slowest = max(together.slowest, heard.slowest)
        return together

    def _ask(self, own: int) -> None:
        heard, number = self._heard[own], 0
        with httpx2.Client(base_url=self._served.url, timeout=30) as client:
            while not self._stop.is_set():
                number += 1
                began = time.monotonic()
                try:
                    answer = client.get("/v1/search", params={"q": f"water {own} {number}", "k": 9})
                except httpx2.TransportError as error:
                    heard.wrong.append(repr(error))
                    continue
                heard.slowest = max(heard.slowest, time.monotonic() - began)
                self._judge(answer, heard)

    def _judge(self, answer: httpx2.Response, heard: Heard) -> None:
        if answer.status_code == 503 and "retry-after" in answer.headers:
            heard.later += 1
            time.sleep(0.1)
        elif answer.status_code != 200:
            heard.wrong.append(f"{answer.status_code}: {answer.text}")
        else:
            found = answer.json()
            heard.answers[found["index"]["id"], rounds(found)] += 1


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
