"""Publishes an index in a store, and dies without a word when a part begins.

python -m tests.stores.loading INDEX URL CACHE PART
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from indexer.snapshot.folder import IndexFolder
from indexer.stores.opening import open_store


def main() -> None:
    index, url, cache, fatal = sys.argv[1:]

    def told(part: str) -> None:
        if part == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    open_store(url, Path(cache)).publish(IndexFolder(Path(index)).published(), told)


if __name__ == "__main__":
    main()
