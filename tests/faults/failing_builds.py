"""Builds one after the other in a process whose calls of the system fail as strace is told.

As a program it reads the arguments of `citywise` from a socket, as a line of JSON, and answers with
exit status and complaint. A socket, as its calls are none of those that fail. The first builds
import everything: an import that cannot read its file is no fault of the disk with the index.
"""

from __future__ import annotations

import faulthandler
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from tests.bounds import LONG, bounded
from tests.faults.lines import started

STRACE = "strace"
TRACEBACK = -1
"""Instead of a status, where the user would have seen one."""

MOST = 1 << 20
PATIENCE = bounded(60, 600)
"""Seconds after which a build that has not ended says where it is: traced, all takes its time."""

CALL = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)


@dataclass(frozen=True)
class Failing:
    """Calls of the system that fail.

    Attributes:
        call: by its name in Linux.
        error: with which, by its name.
        first: the first one that fails, counted from 1.
        ever: so do all that follow.
        path: only calls that concern it count and fail; all of them if there is none.
    """

    call: str
    error: str
    first: int
    ever: bool
    path: Path | None = None

    def injected(self) -> list[str]:
        """As strace is told."""
        when = f"{self.first}{'+' if self.ever else ''}"
        told = f"inject={self.call}:error={self.error}:when={when}"
        only = [] if self.path is None else ["-P", str(self.path)]
        return [*only, "-e", f"trace={self.call}", "-e", told]


class FailingBuilds:
    """A process that builds as often as it is told."""

    def __init__(self, process: int, line: socket.socket) -> None:
        self._process, self._line = process, line

    def run(self, arguments: list[str], failing: Failing | None = None) -> tuple[int, str]:
        """Run one command line while calls fail; exit status, and what it complained of."""
        if failing is None:
            return self._asked(arguments)
        # What it would print fills the pipe for what it has to say, and then all stand still.
        with self._traced(["-o", os.devnull, *failing.injected()]):
            return self._asked(arguments)

    def counted(self, arguments: list[str], calls: list[str]) -> Counter[str]:
        """Run one command line that must succeed; how often it made each of some calls."""
        with tempfile.NamedTemporaryFile() as told:
            with self._traced(["-o", told.name, "-e", f"trace={','.join(calls)}"]):
                assert self._asked(arguments) == (0, "")
            return Counter(CALL.findall(Path(told.name).read_text(errors="replace")))

    def _asked(self, arguments: list[str]) -> tuple[int, str]:
        self._line.sendall(json.dumps(arguments).encode())
        told = self._line.recv(MOST)
        assert told, "the process died"
        status, complaint = json.loads(told)
        return status, complaint

    @contextmanager
    def _traced(self, options: list[str]) -> Iterator[None]:
        with subprocess.Popen(
            [STRACE, "-f", "-p", str(self._process), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as tracer:
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            assert b"attached" in said, said
            try:
                yield
            finally:
                tracer.send_signal(signal.SIGINT)  # it lets go of the process
                tracer.communicate(timeout=30)


@contextmanager
def failing_builds(cache: Path) -> Iterator[FailingBuilds]:
    """Start the process, and end it whatever happens."""
    with started(__name__, cache, 2 * PATIENCE) as (process, line):
        yield FailingBuilds(process, line)


def main() -> None:
    from search_api.cli import run

    if LONG:  # among many builds is one that must compile its model anew
        import sentence_transformers  # noqa: F401
    with socket.socket(fileno=int(sys.argv[1])) as line:
        while told := line.recv(MOST):
            faulthandler.dump_traceback_later(PATIENCE)
            said = io.StringIO()
            try:
                with redirect_stderr(said), redirect_stdout(io.StringIO()):
                    status = run(json.loads(told))
            except BaseException:
                status = TRACEBACK
                said.write(traceback.format_exc())
            faulthandler.cancel_dump_traceback_later()
            line.sendall(json.dumps([status, said.getvalue()]).encode())


if __name__ == "__main__":
    main()
