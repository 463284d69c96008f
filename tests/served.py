"""A real server in processes of its own, on a free port of this machine."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conftest import ROOT

PATIENCE = 60
"""Seconds after which a server that does not answer, or does not end, is given up."""


@dataclass
class Served:
    """A server that runs, its address, and the file of its log."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """What its log says, if it is written as JSON."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(
    index: Path, folder: Path, *, workers: int = 1, ready: bool = True, **settings: str
) -> Iterator[Served]:
    """Serve an index with settings (`log_format="json"`) until the block ends.

    Args:
        index: what to serve.
        folder: where the log goes.
        workers: processes.
        ready: wait until questions can be asked.
        **settings: of the environment, without their prefix.
    """
    port, log = free_port(), folder / "server.log"
    kept = {name: value for name, value in os.environ.items() if "CITYWISE" not in name}
    given = {f"CITYWISE_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "search_api", "serve", "--index", str(index)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--workers", str(workers)],
            cwd=ROOT,
            env={**kept, "CITYWISE_LOG_FORMAT": "json", **given},
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    served = Served(process, f"http://127.0.0.1:{port}", log)
    try:
        if ready:
            wait_until_ready(served)
        yield served
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def wait_until_ready(served: Served) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert served.process.poll() is None, served.log.read_text(encoding="utf-8")
        try:
            if httpx2.get(f"{served.url}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
    pytest.fail(f"the server was not ready after {PATIENCE} s")
