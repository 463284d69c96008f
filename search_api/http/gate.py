"""Who may ask: embed keys, collections that are closed without one, and rates."""

from __future__ import annotations

import ipaddress
import logging
import re
import sqlite3
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from indexer.errors import KeysError
from search_api.engine.filters import Filters
from search_api.keys import Key, KeyFile, today
from search_api.settings import Settings

if TYPE_CHECKING:
    from search_api.http.rates import Rates, Share

OPENED = (
    "/v1/search", "/v1/timeline", "/v1/compare", "/v1/suggest", "/v1/citations",
    "/v1/passages/{identity}/citation",
)  # fmt: skip
"""All that a key opens, a key being in the page that uses it for everybody to read: what finds
excerpts, and what cites those that are found. Whole documents are none of it."""

_OPENED = re.compile("|".join(re.sub(r"\{\w+\}", "[^/]+", path) for path in OPENED))

TYPED = "/v1/suggest"
"""What is asked with each letter that is typed, and runs no model."""

LETTERS = 10
"""Completions that a visitor has for each question: about as many as one takes to type."""

NO_KEY = (
    "this collection is searched with a key alone: send it in the header `X-Citywise-Key`, "
    "or in the address as `key`"
)
UNKNOWN = "this key is not known here; ask whoever runs this server for another"
SEARCH_ONLY = f"a key opens {', '.join(OPENED[:4])} and citations of passages, and nothing else"
NO_ORIGIN = "this key is for pages of certain sites, and the request names none in `Origin`"

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="citywise"'}
_log = logging.getLogger(__name__)


def opens(path: str) -> bool:
    """Whether a key is for an address."""
    return _OPENED.fullmatch(path) is not None


def elsewhere(origin: str) -> str:
    """Say that a key is not for a site."""
    return f"this key is not for pages of {origin}"


def too_many(quota: int, window: int, reset: int) -> str:
    """Say that a visitor has asked too much."""
    return (
        f"more than {quota:,} request{'' if quota == 1 else 's'} in {window:,} seconds; "
        f"ask again in {reset:,}"
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request says of who asks.

    Attributes:
        path: what is asked for.
        key: the key that is sent, None without one.
        origin: the site whose page asks, as a browser names it.
        ours: a browser says that the page is one of this server.
        address: of the visitor.
    """

    path: str
    key: str | None = None
    origin: str | None = None
    ours: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may be answered.

    Attributes:
        preset: filters within which it is; None: anything.
        private: no cache may give the answer to others.
        share: what is left to the visitor; None where nothing is counted.
    """

    preset: Filters | None = None
    private: bool = False
    share: Share | None = None


@dataclass(slots=True)
class RefusedError(Exception):
    """A request that may not be answered, and why."""

    status: int
    detail: str
    headers: dict[str, str] = field(default_factory=dict)


class Gate:
    """Decides on requests by the settings and the file of keys, which is read anew each time."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings.

        Raises:
            SettingsError: a rate is set, and requests cannot be counted.
        """
        self._settings = settings
        self._keys = KeyFile(settings.keys) if settings.keys else None
        self._index = str(settings.index.absolute())
        self._rates = _counted_in(settings) if settings.rate else None

    def admit(self, asking: Asking) -> Admitted:
        """Let a request in.

        Raises:
            RefusedError: it may not be answered; says why.
        """
        key = self._key(asking)
        if key is None and self._settings.require_key:
            raise RefusedError(401, NO_KEY, dict(_CHALLENGE))
        share = self._counted(asking, key)
        if share is not None and share.spent:
            said = too_many(share.quota, share.window, share.reset)
            raise RefusedError(429, said, share.headers())
        preset = Filters(**_fields(key)) if key is not None and key.terms.presets else None
        return Admitted(preset, key is not None, share)

    def _key(self, asking: Asking) -> Key | None:
        if asking.key is None:
            return None
        held = self._found(asking.key)
        if held is None:
            raise RefusedError(401, UNKNOWN, dict(_CHALLENGE))
        if fault := held.fault(today()):
            raise RefusedError(401, f"this key {fault}", dict(_CHALLENGE))
        if not opens(asking.path):
            raise RefusedError(403, SEARCH_ONLY)
        origins = held.terms.origins
        if origins and asking.origin is None and not asking.ours:
            raise RefusedError(403, NO_ORIGIN)
        if origins and asking.origin is not None and asking.origin not in origins:
            raise RefusedError(403, elsewhere(asking.origin))
        return held

    def _found(self, secret: str) -> Key | None:
        try:
            return self._keys.find(secret) if self._keys else None
        except KeysError as error:
            _log.error("%s", error)
            raise RefusedError(
                503, "keys cannot be read at present", {"Retry-After": "30"}
            ) from error

    def _counted(self, asking: Asking, key: Key | None) -> Share | None:
        """What is left to the visitor: with a key of its own rate, under that key."""
        own = key.terms.rate if key is not None else None
        rate = own or self._settings.rate
        if rate is None:
            return None
        named = key.id if key is not None and own else ""
        typed = asking.path == TYPED
        try:
            if self._rates is None:
                self._rates = _counted_in(self._settings)
            who = (self._index, named, network(asking.address))
            return self._rates.take(rate, *who, times=LETTERS if typed else 1)
        except sqlite3.Error as error:  # an answer too many is better than none at all
            _log.error("requests are not counted: %s", error)
            return None


def _counted_in(settings: Settings) -> Rates:
    from search_api.http.rates import Rates  # its library loads slowly, and few servers need it

    return Rates(settings.cache / "requests.sqlite")


def _fields(key: Key) -> dict[str, Any]:
    presets = key.terms.presets
    one = ("since", "until")
    return {name: values[0] if name in one else values for name, values in presets.items()}


@lru_cache(1024)
def network(address: str) -> str:
    """Return what stands for a visitor: an IPv4 address, or the /64 that a customer has of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or ipaddress.ip_network((found, 64), strict=False))
