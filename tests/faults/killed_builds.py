"""Builds that can be killed: each in a process of its own, forked from one that has imported all.

As a program it reads requests from a socket, as lines of JSON: the arguments of `citywise`, a file
for what it complains of, and where it shall kill itself. It answers with the new process, and in
the end with how that ended.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.lines import started

CHANGES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir")
PUBLICATION = ".building/manifest.json"
"""The file with which a publication begins."""

MOST = 1 << 16
TRACEBACK = 70
PATIENCE = 90


@dataclass(frozen=True)
class Suicide:
    """Where a build kills itself: between two changes of the disk it looks the same at any moment.

    Attributes:
        before: the change of this number, counted from 0.
        since: the first one that counts ends with this; all count if it is empty.
    """

    before: int
    since: str = ""


class Build:
    """A process that builds."""

    def __init__(self, process: int, line: socket.socket, complaints: Path) -> None:
        self._process, self._line, self._complaints = process, line, complaints

    def ended(self) -> tuple[int, str]:
        """Exit status, or the signal that ended it with a minus; and what it complained of."""
        (status,) = json.loads(self._line.recv(MOST))
        return status, self._complaints.read_text(encoding="utf-8")

    def killed(self) -> int:
        """Kill it with SIGKILL; its status is returned if it had come to its end before."""
        os.kill(self._process, signal.SIGKILL)
        return self.ended()[0]


class Builds:
    """Begins builds, one at a time."""

    def __init__(self, line: socket.socket, folder: Path) -> None:
        self._line, self._complaints = line, folder / f"complaints-{line.fileno()}"

    def begin(
        self, corpus: Path, index: Path, model: Path, suicide: Suicide | None = None
    ) -> Build:
        """Begin a build."""
        arguments = ["index", str(corpus), "--index", str(index), "--model", str(model)]
        where = None if suicide is None else [suicide.before, suicide.since]
        self._line.sendall(json.dumps([arguments, str(self._complaints), where]).encode())
        (process,) = json.loads(self._line.recv(MOST))
        return Build(process, self._line, self._complaints)


@contextmanager
def killed_builds(cache: Path, folder: Path) -> Iterator[Builds]:
    """Start the process that forks, and end it whatever happens."""
    with started(__name__, cache, PATIENCE) as (_, line):
        yield Builds(line, folder)


def main() -> None:
    # Imported and worked out here, not while the clock runs.
    import search_api.cli.progress  # noqa: F401
    from indexer.program import program
    from search_api.cli import run

    program()
    line = socket.socket(fileno=int(sys.argv[1]))
    process = 0
    while told := line.recv(MOST):
        if process:
            os.waitpid(process, 0)  # only now may another process have its number
        arguments, complaints, suicide = json.loads(told)
        if (process := os.fork()) == 0:
            line.close()
            with open(complaints, "wb", buffering=0) as file:  # noqa: PTH123 - no event counts yet
                os.dup2(file.fileno(), sys.stderr.fileno())
            with open(os.devnull, "wb") as file:  # noqa: PTH123
                os.dup2(file.fileno(), sys.stdout.fileno())
            if suicide is not None:
                _kill_before(*suicide)
            try:
                status = run(arguments)
            except BaseException:
                status = TRACEBACK
                traceback.print_exc()
            sys.stderr.flush()
            os._exit(status)  # a library's threads were not forked, and its farewell waits for them
        line.sendall(json.dumps([process]).encode())
        ended = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        exited = ended.si_code == os.CLD_EXITED
        line.sendall(json.dumps([ended.si_status if exited else -ended.si_status]).encode())


def _kill_before(number: int, since: str) -> None:
    """Count what Python itself reports of its doings before it does them."""
    count = -1 if since else 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        writing = event == "open" and arguments[1] in ("w", "wb", "a", "ab", "x")
        if writing and count < 0 and str(arguments[0]).endswith(since):
            count = 0
        if count >= 0 and (writing or event in CHANGES):
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

    sys.addaudithook(hook)


if __name__ == "__main__":
    main()
