"""Which addresses may be connected to: public ones, unless private ones are allowed.

A host name is resolved here and nowhere else, and the connection goes to the very address that was
checked: a name that answers differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from indexer.errors import HarvestError

Resolve = Callable[[str, int], list[str]]
"""From a host name and a port to IP addresses; raises OSError if there are none."""

Allowed = Callable[[str], bool]
"""Whether an IP address may be connected to."""

# Python's own registry counts these as global; each leads, or may lead, into a private network.
_RELAYS = IPv4Network("192.88.99.0/24")  # RFC 7526
_PROTOCOL_ASSIGNMENTS = IPv4Network("192.0.0.0/24")  # RFC 6890
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_UNICAST = IPv6Network("2000::/3")  # RFC 4291: all that is assigned for global unicast


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host, in the order in which it would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    """Whether an address belongs to the public internet, and so does one embedded in it."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        special = address.is_multicast or address in _RELAYS or address in _PROTOCOL_ASSIGNMENTS
        return address.is_global and not special
    embedded = _embedded(address)
    if embedded is not None and not is_public(str(embedded)):
        return False
    translated = address in _NAT64 or address.ipv4_mapped is not None
    return translated or (address.is_global and address in _UNICAST)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets to an IPv6 address end up at."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def anywhere(text: str) -> bool:
    """Allow every address."""
    return True


def checked(host: str, port: int, resolve: Resolve, allowed: Allowed) -> list[str]:
    """Resolve a host to addresses of which each may be connected to.

    Raises:
        HarvestError: it has no address, or one that is not allowed.
    """
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        reason = "no address is known for this host; check its spelling and your connection"
        raise HarvestError(host, reason) from error
    for address in addresses:
        if not allowed(address):
            at = "" if address == host else f" at {address}"
            reason = f"this host is{at} in a private network; --allow-private lets it be fetched"
            raise HarvestError(host, reason)
    return addresses
