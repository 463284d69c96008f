"""How long accepted requests take while four times as much is asked as can be answered.

A server of its own answers questions that it has not been asked before. First eight clients ask one
after the other: what is answered then is what it can do. Then questions arrive at four times that
rate, whoever waits, for a bounded time; probes ask for its health meanwhile.

    python -m benchmarks.overload [--index index] [--seconds 10] [--workers 1]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode, urlsplit

import numpy as np

from tests.served import serving

CLIENTS = 8
TIMES = 4
PROMISED = 1.0
"""Seconds in which 99 of 100 accepted requests must be answered."""

THINGS = ("water", "housing", "buses", "markets", "masks", "parks", "clinics", "schools")


@dataclass
class Seen:
    """Seconds of each response by status."""

    seconds: dict[int, list[float]] = field(default_factory=dict)

    def add(self, status: int, seconds: float) -> None:
        """Note a response."""
        self.seconds.setdefault(status, []).append(seconds)

    def percentile(self, status: int, share: float) -> float:
        """Seconds within which a share of the responses of a status came."""
        return float(np.percentile(self.seconds.get(status, [float("nan")]), share))

    def counts(self) -> Counter[int]:
        """Responses by status."""
        return Counter({status: len(found) for status, found in self.seconds.items()})


def question(number: int) -> str:
    """A question that was not asked before: the number keeps it from any cache."""
    first, second = THINGS[number % 8], THINGS[number // 8 % 8]
    return f"how did cities care for {first} and {second} in case {number}?"


class Client:
    """HTTP/1.1 over connections that are kept, and little else: it shares the server's cores."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, path: str, seen: Seen, **query: str) -> None:
        """Ask once, and note what came back and when."""
        began = time.perf_counter()
        reader, writer = await self._connection()
        target = f"{path}?{urlencode(query)}" if query else path
        writer.write(f"GET {target} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        size = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(size))
        seen.add(int(head[9:12]), time.perf_counter() - began)
        self._idle.append((reader, writer))

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """One that was kept and that the server has not closed since, or else a new one."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self._host, self._port)

    def close(self) -> None:
        """Close all connections."""
        for _, writer in self._idle:
            writer.close()


async def closed(client: Client, seconds: float) -> Seen:
    """Ask with a few clients, each one question after the other."""
    seen, until, numbers = Seen(), time.perf_counter() + seconds, iter(range(10**6))

    async def one() -> None:
        while time.perf_counter() < until:
            await client.ask("/v1/search", seen, q=question(next(numbers)))

    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    return seen


async def opened(client: Client, seconds: float, rate: float) -> tuple[Seen, Seen]:
    """Ask at a rate, whatever comes back, and for the server's health twenty times a second."""
    seen, health, tasks = Seen(), Seen(), set[asyncio.Task[None]]()
    began, number, probes = time.perf_counter(), 0, 0
    while (passed := time.perf_counter() - began) < seconds:
        while number < passed * rate:
            number += 1
            tasks.add(asyncio.create_task(client.ask("/v1/search", seen, q=question(-number))))
        while probes < passed * 20:
            probes += 1
            tasks.add(asyncio.create_task(client.ask("/healthz", health)))
        await asyncio.sleep(0.002)
    await asyncio.gather(*tasks)
    return seen, health


async def measure(url: str, seconds: float) -> bool:
    """Measure both, print them side by side, and return whether the promise is kept."""
    client = Client(url)
    alone = await closed(client, seconds)
    rate = alone.counts()[200] / seconds
    seen, health = await opened(client, seconds, TIMES * rate)
    client.close()
    print(f"| | {CLIENTS} clients, one after the other | {TIMES} times as much |")
    print("|---|---|---|")
    offered = seen.counts().total() / seconds
    print(f"| asked a second | {rate:.0f} | {offered:.0f} |")
    print(f"| answered a second | {rate:.0f} | {seen.counts()[200] / seconds:.0f} |")
    print(f"| refused with 503 | {alone.counts()[503]} | {seen.counts()[503]} |")
    for share in (50, 99):
        pair = (f"{each.percentile(200, share) * 1000:.0f} ms" for each in (alone, seen))
        print(f"| answered, {share}th percentile | {' | '.join(pair)} |")
    print(f"| health, 99th percentile | | {health.percentile(200, 99) * 1000:.0f} ms |")
    kept = seen.percentile(200, 99) < PROMISED and seen.counts().keys() <= {200, 503}
    fine = kept and health.counts().keys() == {200}
    print(f"\np99 of what was accepted under {PROMISED:g} s, health green: {fine}")
    return fine


def main() -> int:
    """Read the command line, serve, measure; 1 if the promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args()
    with (
        TemporaryDirectory() as folder,
        serving(chosen.index, Path(folder), workers=chosen.workers, answers="0") as served,
    ):
        return int(not asyncio.run(measure(served.url, chosen.seconds)))


if __name__ == "__main__":
    sys.exit(main())
