"""The address that a server listens at, and what links begin with."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from search_api.doctor.finding import Finding
from search_api.settings import Settings


def look_at_address(settings: Settings) -> Iterator[Finding]:
    """Say where a server listens, and whether links begin as they should."""
    said = f"{settings.host}, port {settings.port}, {settings.workers} worker(s)"
    if settings.public_url is None and not _local(settings.host):
        mend = "set CITYWISE_PUBLIC_URL, or permalinks begin with whatever a visitor calls the host"
        yield Finding("address", "note", said, mend)
    else:
        yield Finding("address", "ok", said)


def _local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
