"""HTTP over connections whose addresses were checked, and which end when their time is up.

httpx2 has no public way to choose where a host name leads, httpcore2 below it has: a network
backend. The name stays in the Host header and in the check of the certificate.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator

import httpcore2
import httpx2
from httpcore2 import SOCKET_OPTION

from indexer.harvest.addresses import Allowed, Resolve, checked


class Deadline:
    """When the request under way must be done, on the monotonic clock."""

    def __init__(self) -> None:
        self._until = 0.0

    def set(self, seconds: float) -> None:
        """Let it be that many seconds from now."""
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left.

        Raises:
            httpcore2.ReadTimeout: none are.
        """
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise httpcore2.ReadTimeout
        return seconds


class Transport(httpx2.BaseTransport):
    """What an httpx2 client sends its requests through; it never uses a proxy.

    Args:
        deadline: holds for every wait on the network, so that a drip of bytes does not outlast it.
        resolve: from host names to addresses.
        allowed: which addresses it may connect to.
    """

    def __init__(self, deadline: Deadline, resolve: Resolve, allowed: Allowed) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            network_backend=_CheckedBackend(deadline, resolve, allowed),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; the caller reads the body, and translates httpcore2's errors."""
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore2.Request(request.method, url, headers=request.headers.raw)
        )
        return httpx2.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _CheckedBackend(httpcore2.NetworkBackend):
    def __init__(self, deadline: Deadline, resolve: Resolve, allowed: Allowed) -> None:
        self._deadline, self._resolve, self._allowed = deadline, resolve, allowed
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        failed: Exception = httpcore2.ConnectError("no address")
        for address in checked(host, port, self._resolve, self._allowed):
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.left(), local_address, socket_options
                )
            except httpcore2.ConnectError as error:
                failed = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failed


class _TimedStream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
