"""One request at a time: paced, capped in bytes and seconds, every failure one plain reason."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpcore2
import httpx2

from indexer import __version__
from indexer.errors import HarvestError, first_line
from indexer.harvest.addresses import Allowed, Resolve
from indexer.harvest.transport import Deadline, Transport

AGENT = "citywise"
_HEADERS = {
    "User-Agent": f"{AGENT}/{__version__}",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
_UNPACKED = {"", "identity", "gzip", "deflate"}


@dataclass(frozen=True, slots=True)
class Caps:
    """What one answer may take.

    Attributes:
        bytes: of content, unpacked.
        seconds: from the connection to the last byte.
    """

    bytes: int = 10_000_000
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered to one request."""

    url: httpx2.URL
    status: int
    headers: httpx2.Headers
    content: bytes

    @property
    def media(self) -> str:
        """The content's media type, without parameters; empty if the server names none."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def address(text: str) -> httpx2.URL:
    """Parse an address that may be asked for, without its fragment.

    Raises:
        HarvestError: it is no http or https address, or it holds a user name or password.
    """
    try:
        url = httpx2.URL(text.strip())
    except httpx2.InvalidURL as error:
        raise HarvestError(text, f"no address ({first_line(error)}); give one to fetch") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise HarvestError(text, "no http or https address; give one that begins with https://")
    if url.userinfo:
        bare = str(url.copy_with(username=None, password=None))
        raise HarvestError(bare, "an address with a user name or password is not fetched; drop it")
    return url.copy_with(fragment=None, raw_path=url.raw_path)  # spelled with a path, if only "/"


class Fetcher:
    """Sends requests, none to a host before its pause is over.

    Args:
        caps: what one answer may take.
        resolve: from host names to addresses.
        allowed: which addresses it may connect to.
    """

    def __init__(self, caps: Caps, resolve: Resolve, allowed: Allowed) -> None:
        self._caps = caps
        self._deadline = Deadline()
        transport = Transport(self._deadline, resolve, allowed)
        self._client = httpx2.Client(transport=transport, headers=_HEADERS, trust_env=False)
        self._asked: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(
        self, url: httpx2.URL, pause: float, headers: Mapping[str, str], first: int | None = None
    ) -> Answer:
        """Ask for one address; redirects are not followed.

        Args:
            url: what to ask for.
            pause: seconds since the last request to this host that must have passed.
            headers: what to send besides the usual ones.
            first: take this many bytes and leave the rest, instead of refusing what is too large.

        Raises:
            HarvestError: there is no answer, or it is beyond the caps.
        """
        if (last := self._asked.get(url.host)) is not None:
            time.sleep(max(0.0, last + pause - time.monotonic()))
        try:
            return self._get(url, headers, first)
        finally:
            self._asked[url.host] = time.monotonic()

    def _get(self, url: httpx2.URL, headers: Mapping[str, str], first: int | None) -> Answer:
        self._client.cookies.clear()
        self._deadline.set(self._caps.seconds)
        with (
            _translated(str(url), self._caps),
            self._client.stream("GET", url, headers=dict(headers)) as response,
        ):
            # The body of a redirect or an error is never used, so it is not waited for.
            content = self._content(response, first) if response.is_success else b""
            return Answer(url, response.status_code, response.headers, content)

    def _content(self, response: httpx2.Response, first: int | None) -> bytes:
        packed = response.headers.get("Content-Encoding", "").lower()
        if {coding.strip() for coding in packed.split(",")} - _UNPACKED:
            reason = f"sent packed as {packed}, which was not asked for; fetch it by hand"
            raise HarvestError(str(response.url), reason)
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if first is not None and len(content) >= first:
                return bytes(content[:first])
            if first is None and len(content) > self._caps.bytes:
                reason = f"larger than {self._caps.bytes:,} bytes; --max-bytes raises what is taken"
                raise HarvestError(str(response.url), reason)
        return bytes(content)


@contextmanager
def _translated(url: str, caps: Caps) -> Iterator[None]:
    """Turn what two libraries raise into a reason and what to do."""
    try:
        yield
    except HarvestError as error:
        raise HarvestError(url, error.reason) from error
    except (httpcore2.TimeoutException, httpx2.TimeoutException) as error:
        reason = f"not done after {caps.seconds:g} s; --timeout raises what is waited for"
        raise HarvestError(url, reason) from error
    except (httpcore2.NetworkError, httpx2.NetworkError) as error:
        raise HarvestError(url, _network_reason(error)) from error
    except httpx2.DecodingError as error:
        reason = f"cannot be unpacked ({first_line(error)}); try again later"
        raise HarvestError(url, reason) from error
    except (
        httpcore2.ProtocolError,
        httpcore2.UnsupportedProtocol,
        httpcore2.ProxyError,
        httpcore2.ConnectionNotAvailable,
        httpx2.HTTPError,
        httpx2.StreamError,
    ) as error:
        reason = f"the server did not keep to HTTP ({first_line(error)}); try again later"
        raise HarvestError(url, reason) from error


def _network_reason(error: Exception) -> str:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        said = cause.verify_message.rstrip(".")
        return f"its certificate cannot be trusted ({said}); check the address"
    if isinstance(cause, ssl.SSLError):
        return f"no secure connection ({cause.reason or first_line(cause)}); check the address"
    said = cause.strerror if isinstance(cause, OSError) and cause.strerror else first_line(error)
    return f"cannot be reached ({said}); check the address, or try again later"
