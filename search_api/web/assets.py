"""Style, scripts and map, under an address that changes with them, so that browsers keep them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """Return every file of the folder by its name."""
    return {
        path.name: Asset(path.read_bytes(), TYPES[path.suffix])
        for path in sorted(FOLDER.iterdir())
        if path.suffix in TYPES
    }


@cache
def version() -> str:
    """Fingerprint of all of them together: scripts that belong together come together."""
    digest = hashlib.sha256()
    for name, asset in assets().items():
        digest.update(f"{name} {len(asset.body)}\0".encode() + asset.body)
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    """Return the address of a file."""
    return f"/static/{version()}/{name}"
