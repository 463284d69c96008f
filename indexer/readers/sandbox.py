"""Reading in a child process with limits, so that no file can hurt the build or the machine."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.metadata import Fields
from indexer.readers.wire import read_reply

_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take.

    Attributes:
        seconds: without a document coming out of it.
        memory: bytes of address space, where the system enforces it (Linux does, macOS does not).
        output: bytes of what is read from it; a larger file may give `expansion` times its size.
        expansion: bytes read for each byte of the file.
    """

    seconds: float = 300.0
    memory: int = 3072 * _MB
    output: int = 64 * _MB
    expansion: int = 20


class Sandbox:
    """Reads files one after another in a child process, which is replaced when one kills it."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: _Child | None = None

    def start(self) -> None:
        """Start the child now; its parent can do other things until it is ready."""
        if self._child is None or not self._child.is_alive:
            self._child = _Child(self._limits)

    def read(self, path: Path, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
        """Read one file; arguments and results are those of `indexer.readers.formats.read`."""
        self.start()
        child, self._child = self._child, None  # given back only when the file is read to its end
        assert child is not None  # noqa: S101 - it was started
        try:
            yield from child.read(path, name, folder)
            self._child = child
        except DocumentError as error:
            yield error
        finally:
            if self._child is not child:
                child.kill()

    def close(self) -> None:
        """End the child."""
        if self._child:
            self._child.kill()
            self._child = None


@cache
def shared() -> Sandbox:
    """The sandbox of this process."""
    return Sandbox()


class _Child:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            # -P: no module is taken from the folder that somebody happens to stand in
            [sys.executable, "-P", "-m", "indexer.readers.child", json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        self.kill = weakref.finalize(self, _kill, self._process)
        self._buffer = b""

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked; somebody may have ended it between two files."""
        return self._process.poll() is None

    def read(self, path: Path, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
        request = {"path": os.fspath(path.absolute()), "name": name, "folder": folder}
        self._send(json.dumps(request).encode() + b"\n", name)
        while True:
            reply = read_reply(self._line(name))
            if reply is None:
                return
            yield reply

    def _send(self, request: bytes, name: str) -> None:
        assert self._process.stdin  # noqa: S101 - a pipe was asked for
        try:
            self._process.stdin.write(request)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise DocumentError(name, _DIED) from error

    def _line(self, name: str) -> bytes:
        """The next line of the child, before it has been silent for too long."""
        assert self._process.stdout  # noqa: S101
        deadline = time.monotonic() + self._limits.seconds
        pieces = [self._buffer]
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in pieces[-1]:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    reason = f"takes more than {self._limits.seconds:g} s to read; split it"
                    raise DocumentError(name, reason)
                piece = os.read(self._process.stdout.fileno(), _MB)
                if not piece:
                    raise DocumentError(name, _DIED)
                pieces.append(piece)
        line, _, self._buffer = b"".join(pieces).partition(b"\n")
        return line


_DIED = (
    "cannot be read: its reader ended, out of memory or by a fault in a library; "
    "split the file or save it anew"
)


def _environment() -> dict[str, str]:
    """That of this process; each thread of a numeric library would reserve memory of its own."""
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):  # what was still to be written reaches nobody
            pipe.close() if pipe else None
