"""What this program is at the moment: its own code, and everything that is installed beside it."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path


@cache
def program() -> str:
    """Digest of this program's own code and of the versions of everything installed."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    # Their folders are named by name and version, which takes no reading of each.
    installed = {path.name for entry in sys.path for path in Path(entry).glob("*.dist-info")}
    digest.update("\n".join(sorted(installed)).encode())
    return digest.hexdigest()
