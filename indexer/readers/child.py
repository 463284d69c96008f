"""The child process that reads: requests on standard input, replies on standard output."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from indexer.errors import DocumentError, first_line
from indexer.readers.formats import read
from indexer.readers.wire import END, write_reply

_TEMPORARY = 256 << 20
"""Bytes of a temporary file: a library unpacks its model into one."""


def main() -> None:
    """Answer requests until standard input ends."""
    limits = json.loads(sys.argv[1])
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between replies
    _confine(limits["memory"])
    for line in sys.stdin.buffer:
        request = json.loads(line)
        for reply in _replies(request, limits):
            replies.write(reply)
        _end(replies)


def _end(replies: BinaryIO) -> None:
    replies.write(END)
    replies.flush()


def _confine(memory: int) -> None:
    """Take no more memory than allowed, write no large file and leave no core dump."""
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, _TEMPORARY),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (OSError, ValueError):
            continue  # macOS knows no limit of address space


def _replies(request: dict[str, Any], limits: dict[str, Any]) -> Iterator[bytes]:
    name = request["name"]
    path = Path(request["path"])
    written = 0
    try:
        most = max(limits["output"], limits["expansion"] * path.stat().st_size)
        for result in read(path, name, request["folder"]):
            reply = write_reply(result)
            written += len(reply)
            if written > most:
                reason = f"unpacks to more than {most >> 20} MB of text; split it"
                yield write_reply(DocumentError(name, reason))
                return
            yield reply
    except MemoryError:
        reason = f"needs more than {limits['memory'] >> 20} MB of memory to read; split it"
        yield write_reply(DocumentError(name, reason))
    except RecursionError:
        yield write_reply(DocumentError(name, "is nested too deeply to be read; save it anew"))
    except OSError as error:
        yield write_reply(DocumentError(name, f"cannot be opened: {error.strerror}"))
    except Exception as error:  # a library's own, on a file that it did not expect
        reason = f"cannot be read ({type(error).__name__}: {first_line(error)}); save it anew"
        yield write_reply(DocumentError(name, reason))


if __name__ == "__main__":
    main()
