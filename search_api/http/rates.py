"""How much each visitor has asked, counted by all workers together in one small file."""

from __future__ import annotations

import hashlib
import math
import sqlite3
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from indexer.databases import connected
from indexer.errors import SettingsError

SWEPT = 1000
"""Requests after which counts whose time is over are cleared away."""

WAIT = 1000
"""Milliseconds that a request waits for one of another process to be counted."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counts (
    name TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    expires REAL NOT NULL
) STRICT, WITHOUT ROWID
"""

_COUNT = """
INSERT INTO counts VALUES (:name, :amount, :now + :seconds)
ON CONFLICT (name) DO UPDATE SET
    count = iif(expires <= :now, 0, count) + :amount,
    expires = iif(expires <= :now, excluded.expires, expires)
RETURNING count, expires
"""


@dataclass(frozen=True, slots=True)
class Share:
    """What is left to a visitor after a request.

    Attributes:
        quota: requests in a window.
        window: its length in seconds.
        left: requests left in it.
        reset: seconds until all are there again.
        spent: this request was one too many.
        name: what is counted.
    """

    quota: int
    window: int
    left: int
    reset: int
    spent: bool
    name: str = "visitor"

    def headers(self) -> dict[str, str]:
        """Say it as draft-ietf-httpapi-ratelimit-headers-09 does, and as RFC 9110 if spent."""
        told = {
            "RateLimit-Policy": f'"{self.name}";q={self.quota};w={self.window}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.reset}',
        }
        return told | ({"Retry-After": str(self.reset)} if self.spent else {})


class Rates:
    """Counts requests. Of one event loop; other processes may use the same file."""

    def __init__(self, path: Path) -> None:
        """Take a file, which is made if need be.

        Raises:
            SettingsError: it cannot be written.
        """
        self._limiter = FixedWindowRateLimiter(SharedCounts(path))

    def take(self, rate: str, *who: str, times: int = 1) -> Share:
        """Count a request of a visitor.

        Args:
            rate: as "60/minute".
            *who: what tells this visitor from others; only a fingerprint of it is kept.
            times: more than once: requests of a lesser kind, counted by themselves, of which
                there are so many for each of the rate.

        Raises:
            sqlite3.Error: the file can no longer be written.
        """
        item, kind = _parsed(rate, times), "visitor" if times == 1 else "suggestions"
        name = hashlib.blake2b("\0".join(who).encode(), digest_size=16).hexdigest()
        fine = self._limiter.hit(item, name)
        reset, left = self._limiter.get_window_stats(item, name)
        seconds = max(1, math.ceil(reset - time.time()))
        return Share(item.amount, item.get_expiry(), left, seconds, not fine, kind)


@cache
def _parsed(rate: str, times: int) -> RateLimitItem:
    item = parse(rate)
    return type(item)(item.amount * times, item.multiples)


class SharedCounts(Storage):
    """Counts for `limits` in SQLite: of its storages none is shared without a server of its own.

    A count begins with a visitor's first request and ends with its window. After a loss of power
    some may be forgotten: nothing waits for the disk.
    """

    STORAGE_SCHEME = None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._taken = 0
        self._last: tuple[str, int, float] = ("", 0, 0.0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._database = connected(path, _SCHEMA, isolation_level=None, check_same_thread=False)
            self._database.execute(f"PRAGMA busy_timeout = {WAIT}")
            self._database.execute("PRAGMA synchronous = OFF")
        except (OSError, sqlite3.Error) as error:
            raise SettingsError(
                f"{path}: requests cannot be counted there ({error}); set CITYWISE_CACHE"
            ) from error

    @property
    def base_exceptions(self) -> type[Exception]:
        """What this storage raises."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count, or begin it anew where its time is over; returns it."""
        self._taken += 1
        if self._taken % SWEPT == 0:
            self._database.execute("DELETE FROM counts WHERE expires <= ?", (time.time(),))
        values = {"name": key, "amount": amount, "now": time.time(), "seconds": expiry}
        ((count, expires),) = self._database.execute(_COUNT, values).fetchall()
        self._last = key, count, expires  # asked for next: what is left, and until when
        return int(count)

    def get(self, key: str) -> int:
        """Return a count; 0 where there is none."""
        return int(self._held(key)[0])

    def get_expiry(self, key: str) -> float:
        """Return when a count ends, in seconds since 1970; now where there is none."""
        return self._held(key)[1]

    def check(self) -> bool:
        """Whether the file can be read."""
        return bool(self._database.execute("SELECT 1").fetchone())

    def reset(self) -> int:
        """Forget every count; returns how many there were."""
        self._last = ("", 0, 0.0)
        return self._database.execute("DELETE FROM counts").rowcount

    def clear(self, key: str) -> None:
        """Forget a count."""
        self._last = ("", 0, 0.0)
        self._database.execute("DELETE FROM counts WHERE name = ?", (key,))

    def _held(self, key: str) -> tuple[int, float]:
        now = time.time()
        if self._last[0] == key and self._last[2] > now:
            return self._last[1:]
        query = "SELECT count, expires FROM counts WHERE name = ? AND expires > ?"
        found: tuple[int, float] | None = self._database.execute(query, (key, now)).fetchone()
        return found or (0, now)
