"""Embed keys: publishable, to search and cite with, and kept as fingerprints that open nothing."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from indexer.errors import KeysError

FORM = re.compile(r"cwpk_[A-Za-z0-9_-]{32}")
"""What a key looks like, so that one left in a file is found by whoever looks for such things."""

Presets = Mapping[str, tuple[str, ...]]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    origins TEXT NOT NULL,
    presets TEXT NOT NULL,
    rate TEXT,
    created TEXT NOT NULL,
    expires TEXT,
    revoked TEXT
) STRICT
"""
_SELECT = "SELECT id, origins, presets, rate, created, expires, revoked FROM keys"
_ONE = f"{_SELECT} WHERE fingerprint = ?"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a key is good for.

    Attributes:
        origins: sites whose pages may use it, as browsers name them; anybody if empty.
        presets: values by the name of their filter; what is found is within all of them.
        rate: requests that each visitor has, as "60/minute"; None: as those without a key.
        expires: the last day on which it holds, in UTC; None: it does not end.
    """

    origins: tuple[str, ...] = ()
    presets: Presets = field(default_factory=dict)
    rate: str | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was made, all but the key itself.

    Attributes:
        id: names it to its owner, and opens nothing.
        terms: what it is good for.
        created: the day on which it was made, in UTC.
        revoked: the day on which it was withdrawn; None while it was not.
    """

    id: str
    terms: Terms
    created: date
    revoked: date | None = None

    def fault(self, day: date) -> str | None:
        """Say why it no longer holds on a day; None if it does."""
        if self.revoked is not None:
            return f"was revoked on {self.revoked}"
        if self.terms.expires is not None and day > self.terms.expires:
            return f"expired on {self.terms.expires}"
        return None


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


def create(path: Path, terms: Terms) -> tuple[str, Key]:
    """Make a key, and return it with what is kept of it; it can be read here and never again.

    Raises:
        KeysError: the file cannot be written.
    """
    secret = f"cwpk_{secrets.token_urlsafe(24)}"
    key = Key(secrets.token_hex(4), terms, today())
    values = (key.id, _fingerprint(secret), json.dumps(terms.origins),
              json.dumps(terms.presets), terms.rate, key.created.isoformat(),
              terms.expires and terms.expires.isoformat(), None)  # fmt: skip
    with _writing(path) as database:
        database.execute("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    return secret, key


def revoke(path: Path, identity: str) -> bool:
    """Withdraw a key from now on; False if there is none of that id that was not withdrawn.

    Raises:
        KeysError: the file cannot be written.
    """
    if not path.exists():
        return False
    statement = "UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL"
    with _writing(path) as database:
        return database.execute(statement, (today().isoformat(), identity)).rowcount == 1


class KeyFile:
    """Looks keys up in a file that stays open: what is made or revoked meanwhile is seen at once.

    Of one event loop.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: tuple[int, int] | None = None
        self._database: sqlite3.Connection | None = None

    def find(self, secret: str) -> Key | None:
        """Return what is kept of a key, whether or not it still holds; None if it was never made.

        Raises:
            KeysError: the file cannot be read.
        """
        if not FORM.fullmatch(secret):
            return None
        with _reading(self._path):
            database = self._held()
            found = database and database.execute(_ONE, (_fingerprint(secret),)).fetchone()
        return _key(found) if found else None

    def _held(self) -> sqlite3.Connection | None:
        """The file, opened anew where another has taken its place; None where there is none."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        if self._database is None or self._file != (found.st_dev, found.st_ino):
            self._database = _opened(self._path)
            self._file = found.st_dev, found.st_ino
        return self._database


def listed(path: Path) -> list[Key]:
    """Return every key, those made first before others; none where there is no file.

    Raises:
        KeysError: the file cannot be read.
    """
    if not path.exists():
        return []
    with _reading(path), closing(_opened(path)) as database:
        rows = database.execute(f"{_SELECT} ORDER BY rowid").fetchall()
    return [_key(row) for row in rows]


def _fingerprint(secret: str) -> str:
    """SHA-256: a key has 192 random bits, which no slower hash would make harder to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=5)) as database, database:
            database.execute(_SCHEMA)
            yield database
    except (OSError, sqlite3.Error) as error:
        raise KeysError(
            f"{path}: keys cannot be written there ({error}); set CITYWISE_KEYS"
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=1, check_same_thread=False)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise KeysError(f"{path}: holds no keys ({error}); give their file with --file") from error


@lru_cache(256)
def _key(row: tuple[str, str, str, str | None, str, str | None, str | None]) -> Key:
    identity, origins, presets, rate, created, expires, revoked = row
    terms = Terms(
        origins=tuple(json.loads(origins)),
        presets={name: tuple(values) for name, values in json.loads(presets).items()},
        rate=rate,
        expires=_day(expires),
    )
    return Key(identity, terms, date.fromisoformat(created), _day(revoked))


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
