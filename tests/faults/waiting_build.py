"""A build in a process of its own: it imports what it needs, says so, and begins at a word.

As a program it runs one command line of `citywise`, and leaves with its exit status. If it is told
a number, it kills itself before the change of that number that it makes to the disk, counted from
the beginning of its publication: between two changes the disk looks the same at any moment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
READY = "ready\n"
SUICIDE = "KILL_BEFORE_CHANGE"
CHANGES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir")
FIRST = ".building/manifest.json"


@contextmanager
def waiting_build(
    corpus: Path, index: Path, model: Path, cache: Path, *, suicide: int | None = None
) -> Iterator[Build]:
    """Start the process, and end it whatever happens."""
    arguments = ["index", str(corpus), "--index", str(index), "--model", str(model)]
    environment = {**os.environ, "CITYWISE_CACHE": str(cache)}
    if suicide is not None:
        environment[SUICIDE] = str(suicide)
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Build(process)
        finally:
            process.kill()


class Build:
    """A process that has everything imported and waits."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        assert process.stdout.readline() == READY, process.communicate()

    def begin(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def ended(self) -> tuple[int, str]:
        """Exit status and what it complained of."""
        _, complaints = self._process.communicate(timeout=60)
        return self._process.returncode, complaints

    def killed(self) -> int:
        """Kill it with SIGKILL; 0 is returned if it had come to its end before."""
        self._process.kill()
        return self._process.wait(timeout=60)


def main() -> None:
    import indexer.build  # noqa: F401 - imported here, not while the clock runs
    import search_api.cli.progress  # noqa: F401
    from search_api.cli import run

    if SUICIDE in os.environ:
        _kill_before(int(os.environ[SUICIDE]))
    sys.stdout.write(READY)
    sys.stdout.flush()
    sys.stdin.readline()
    sys.exit(run(sys.argv[1:]))


def _kill_before(number: int) -> None:
    """Count what Python itself reports of its doings before it does them."""
    count = -1

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        writing = event == "open" and arguments[1] in ("w", "wb", "a", "ab", "x")
        if writing and count < 0 and str(arguments[0]).endswith(FIRST):
            count = 0
        if count >= 0 and (writing or event in CHANGES):
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

    sys.addaudithook(hook)


if __name__ == "__main__":
    main()
