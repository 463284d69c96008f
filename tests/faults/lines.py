"""Processes that are told what to do through a socket."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def started(module: str, cache: Path, patience: float) -> Iterator[tuple[int, socket.socket]]:
    """Start a module as a program, and end it whatever happens.

    Args:
        module: is given the number of its end of a socket.
        cache: what it works out is kept there.
        patience: seconds to wait for an answer.

    Yields:
        Its number, and our end.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs, subprocess.Popen(
        [sys.executable, "-m", module, str(theirs.fileno())],
        cwd=ROOT,
        env={**os.environ, "CITYWISE_CACHE": str(cache)},
        pass_fds=[theirs.fileno()],
    ) as process:  # fmt: skip
        theirs.close()
        ours.settimeout(patience)
        try:
            yield process.pid, ours
        finally:
            process.kill()
