"""Where words go: answers to stdout, everything else to stderr."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")
"""All of C0 and C1 but tab and line feed, and what turns the order of letters around."""

SHOWN = 20
"""Files or pages that a report spells out; it counts the others."""

WHOLE_LINES = 100_000
"""Width of what is piped: no line is broken, so that grep finds a phrase."""


class _Console(Console):
    """A console whose reader may leave: that is for the program to judge, not for its library."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def stdout() -> Console:
    """Return the console of answers: as wide as the terminal, unwrapped in a pipe."""
    console = _Console(highlight=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = _Console(highlight=False, emoji=False, width=WHOLE_LINES)
    return console


def stderr() -> Console:
    """Return the console of progress and complaints."""
    return Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def safe(text: str) -> str:
    """Show control characters as what they are: a document must not steer the terminal."""
    return _CONTROL.sub("�", text)


def list_lines(label: str, lines: Sequence[str]) -> None:
    """Say on stderr what happened to single files or pages: the first ones, and how many more."""
    console = stderr()
    for line in lines[:SHOWN]:
        console.print(f"{label}: {safe(line)}", markup=False)
    if len(lines) > SHOWN:
        console.print(f"{label}: and {len(lines) - SHOWN:,} more; --json lists them all")


def complain(message: str) -> None:
    """Say on stderr what is wrong."""
    console = stderr()
    console.print("citywise:", style="bold red", end=" ")
    console.print(safe(message), markup=False)
