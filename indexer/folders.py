"""What lies below a folder: all of it, or an error.

`Path.rglob` leaves out, without a word, what the system does not let it list: where permission is
denied, and from Python 3.13 on after any failure. A snapshot was published that way whose manifest
lacked files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def everything_below(root: Path) -> Iterator[Path]:
    """Yield every file and folder below one; links to folders are yielded, not followed.

    Raises:
        OSError: a folder cannot be listed.
    """
    for folder, folders, files in os.walk(root, onerror=_refuse):
        yield from (Path(folder, name) for name in (*folders, *files))


def _refuse(error: OSError) -> None:
    raise error
