"""The address of a store: what its driver is told, and what is meant for us."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from indexer.errors import StoreError

NAME = "citywise"
"""Name of the index in a store where the address says none."""

SECONDS = 5.0
"""After which a statement is given up: half of what a request may take."""

CONNECTIONS = 8
"""That one snapshot holds open at most: more answers than these are not worked on at once."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is, and how it is asked.

    Attributes:
        url: for the driver, without what is ours.
        name: of the index; one store may keep several.
        seconds: after which a statement is given up.
        connections: of one open snapshot, at most.
    """

    url: str
    name: str = NAME
    seconds: float = SECONDS
    connections: int = CONNECTIONS

    @property
    def scheme(self) -> str:
        """The kind of store."""
        return self.url.partition(":")[0]

    def __str__(self) -> str:
        """The address as it may be printed: without user and password."""
        parts = urlsplit(self.url)
        hosts = parts.netloc.rpartition("@")[2]
        if not hosts:
            hosts = unquote(dict(parse_qsl(parts.query)).get("host", ""))
        return f"{parts.scheme}://{hosts}{parts.path}"

    def named(self, name: str) -> Address:
        """The same store, another index."""
        return replace(self, name=name)


def parse_address(url: str) -> Address:
    """Take a URL apart; `index`, `timeout` and `connections` in its query are ours.

    Raises:
        StoreError: one of these cannot be.
    """
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError as error:
        raise StoreError(f"--store: no address ({error}); write postgresql://host/database") from (
            error
        )
    name = asked.pop("index", NAME)
    if not _NAME.fullmatch(name):
        raise StoreError(
            f"--store: index={name!r} is no name; write up to 32 of a-z, 0-9 and _, a letter first"
        )
    seconds = _number("timeout", asked.pop("timeout", str(SECONDS)), 600)
    connections = _number("connections", asked.pop("connections", str(CONNECTIONS)), 1000)
    rest = urlencode(asked, quote_via=quote)
    # Rebuilt by hand: `urlunsplit` drops the slashes of an address without a host.
    plain = urlunsplit(("", "", parts.path, rest, ""))
    return Address(f"{parts.scheme}://{parts.netloc}{plain}", name, seconds, int(connections))


def _number(name: str, given: str, most: int) -> float:
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number <= most or (name == "connections" and number < 1):
        raise StoreError(f"--store: {name}={given} is no number from 1 to {most}")
    return number
