"""The program itself, and the Python that runs it."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Iterator

from indexer import __version__
from search_api.doctor.finding import Finding


def look_at_program() -> Iterator[Finding]:
    """Say what runs here, and whether it is a Python that this is made for."""
    said = f"citywise {__version__}, Python {platform.python_version()}, {platform.platform()}"
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        yield Finding("program", "ok", f"{said}, SQLite {sqlite3.sqlite_version}")
    else:
        yield Finding("program", "wrong", said, "use Python 3.11, 3.12 or 3.13")
