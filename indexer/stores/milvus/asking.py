"""A Milvus server: its address, the version that is needed, and its errors in words."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import grpc
from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

from indexer.errors import StoreError, first_line
from indexer.stores.address import Address

SERVER, LITE = (2, 6, 10), (3,)
"""The oldest server, and the oldest milvus-lite, which counts for itself."""

CONNECTING = 5.0
"""Seconds in which a server must answer."""

_UNREACHABLE = (1, 2)
"""Codes by which the driver says that there is no connection."""

# The driver prints whole tracebacks; the sentence that is raised is enough.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)


def connect(address: Address) -> MilvusClient:
    """Connect to a server, or open a file of milvus-lite.

    Raises:
        StoreError: there is none, it refuses, or it is too old.
    """
    with translated(address):
        client = MilvusClient(**_taken_apart(address), timeout=CONNECTING)
        version = client.get_server_version()
    found = tuple(map(int, re.findall(r"\d+", version)[:3]))
    needed = LITE if "lite" in version else SERVER
    if found < needed:
        wanted = ".".join(map(str, needed))
        raise StoreError(f"{address}: Milvus {version} is too old; {wanted} or newer is needed")
    return client


class Connection:
    """Connects once it is first asked. Safe to share between threads.

    Attributes:
        address: of the server.
    """

    def __init__(self, address: Address) -> None:
        """Take an address."""
        self.address = address
        self._lock = Lock()
        self._held: MilvusClient | None = None

    def client(self) -> MilvusClient:
        """Return what asks the server; see `connect`."""
        with self._lock:
            if self._held is None:
                self._held = connect(self.address)
            return self._held

    def close(self) -> None:
        """Let go of the server."""
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None


def _taken_apart(address: Address) -> dict[str, Any]:
    parts = urlsplit(address.url)
    asked = dict(parse_qsl(parts.query))
    if strange := asked.keys() - {"secure", "token"}:
        raise StoreError(f"{address}: {min(strange)}= means nothing to Milvus; leave it out")
    if not parts.netloc:
        return {"uri": parts.path}
    user, _, place = parts.netloc.rpartition("@")
    scheme = "https" if asked.get("secure") == "true" else "http"
    database = parts.path.strip("/")
    named = {"db_name": database} if database else {}
    return {"uri": f"{scheme}://{place}", "token": asked.get("token", user), **named}


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """Say in one sentence what the driver or the server raises."""
    try:
        yield
    except MilvusException as error:
        said = (error.message or first_line(error)).splitlines()[0]
        if error.code in _UNREACHABLE and "onnect" in said:
            raise StoreError(_lost(address, said)) from error
        raise StoreError(f"{address}: refused ({said})") from error
    except (grpc.RpcError, OSError, ValueError, RuntimeError) as error:
        raise StoreError(_lost(address, first_line(error))) from error


def _lost(address: Address, said: str) -> str:
    return (
        f"{address}: cannot be reached ({said}); see that the server runs and that the address is "
        "right"
    )
