"""Asks a server as fast as it answers, by clients that each keep one connection open."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus


@dataclass(frozen=True, slots=True)
class Load:
    """What a server bore.

    Attributes:
        clients: at once.
        rate: answers a second.
        p50: milliseconds.
        p99: milliseconds.
        failed: answers that were no 200.
    """

    clients: int
    rate: float
    p50: float
    p99: float
    failed: int


def bear(port: int, path: str, questions: Iterator[str], clients: int, seconds: float) -> Load:
    """Ask a server on this machine for a while.

    Args:
        port: of 127.0.0.1.
        path: address of a search, to which the encoded question is added.
        questions: as many as may be needed, each different.
        clients: at once.
        seconds: to go on.
    """
    taken: list[float] = []
    failed: list[int] = []

    async def client(until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            began = time.perf_counter()
            writer.write(_request(path + quote_plus(next(questions))))
            status = await _response(reader)
            taken.append(1000 * (time.perf_counter() - began))
            failed.extend([status] if status != 200 else [])
        writer.close()

    async def all_clients() -> None:
        until = time.perf_counter() + seconds
        await asyncio.gather(*(client(until) for _ in range(clients)))

    began = time.perf_counter()
    asyncio.run(all_clients())
    rate = (len(taken) - len(failed)) / (time.perf_counter() - began)
    cuts = statistics.quantiles(taken, n=100)
    return Load(clients, round(rate, 1), round(cuts[49], 1), round(cuts[98], 1), len(failed))


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode()


async def _response(reader: asyncio.StreamReader) -> int:
    """Read one response to its end and return its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, length = int(head.split(" ", 2)[1]), 0
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    await reader.readexactly(length)
    return status
