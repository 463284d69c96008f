"""What this program is at the moment: its own code, and everything that is installed beside it."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from indexer.folders import everything_below


@cache
def program() -> str:
    """Digest of this program's own code and of the versions of everything installed."""
    digest = hashlib.sha256()
    for path in sorted(everything_below(Path(__file__).parent)):
        if path.suffix == ".py":
            digest.update(path.read_bytes())
    # Their folders are named by name and version, which takes no reading of each.
    listed = {Path(entry): _installed(Path(entry)) for entry in sys.path}
    # What a package brings along inside its own folder is a part of it.
    inside = {path for path in listed for above in path.parents if listed.get(above)}
    installed = {name for path, names in listed.items() if path not in inside for name in names}
    digest.update("\n".join(sorted(installed)).encode())
    return digest.hexdigest()


def version_of(package: str) -> str:
    """The version of an installed package.

    Raises:
        OSError: it cannot be read; `importlib.metadata` calls it None where that is forbidden.
    """
    if not (found := version(package)):
        raise OSError(f"which version of {package} is installed cannot be read; mend that")
    return found


def _installed(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.dist-info")}
