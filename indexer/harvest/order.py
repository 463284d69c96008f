"""What a harvest is asked for, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from indexer.harvest.addresses import Resolve, resolve


@dataclass(frozen=True)
class Order:
    """What to harvest, and how.

    Attributes:
        url: a page, a sitemap (or an index of sitemaps) or a feed.
        into: the folder to fill.
        limit: the most pages taken from a list.
        delay: seconds between two requests to one host, unless its robots.txt asks for more.
        timeout: seconds that one answer may take, from the connection to the last byte.
        max_bytes: of one answer, unpacked.
        any_host: take pages of other sites that a list names, too.
        allow_private: connect to private addresses, too.
        overwrite: replace files that were edited.
        resolve: from host names to addresses.
    """

    url: str
    into: Path
    limit: int = 500
    delay: float = 1.0
    timeout: float = 30.0
    max_bytes: int = 10_000_000
    any_host: bool = False
    allow_private: bool = False
    overwrite: bool = False
    resolve: Resolve = resolve


@dataclass
class Report:
    """What a harvest did.

    Attributes:
        fetched: pages stored.
        unchanged: pages that are as they were at the last harvest.
        failed: addresses that could not be fetched or kept, each with the reason.
        left_out: addresses that a list names and that were not taken, each with the reason.
        seconds: wall-clock time.
    """

    fetched: int = 0
    unchanged: int = 0
    failed: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    seconds: float = 0.0
