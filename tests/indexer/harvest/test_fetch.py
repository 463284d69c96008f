from __future__ import annotations

import gzip
import re
import socket
import time
from collections.abc import Iterator

import httpcore2
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import HarvestError
from indexer.harvest.addresses import anywhere, is_public
from indexer.harvest.fetch import Caps, Fetcher, _translated, address
from indexer.harvest.visitor import Visitor
from tests.indexer.harvest.site import PAGE, Reply, Site, moved

CAPS = Caps(100_000, 0.5)


NAMES = {
    "inside.test": ["127.0.0.2"],
    "metadata.test": ["169.254.169.254"],
    "mixed.test": ["93.184.216.34", "10.0.0.1"],
}


def here(host: str, port: int) -> list[str]:
    """Host names that no name server knows, so that only the checked address can be reached."""
    return NAMES.get(host, ["127.0.0.1"]) if host.endswith(".test") else [host]


def public_but(private: str) -> Fetcher:
    return Fetcher(CAPS, here, lambda found: found != private)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(CAPS, here, anywhere) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("64:ff9b::5db8:d822", True),  # NAT64 of 93.184.216.34
        ("::ffff:93.184.216.34", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.0.192", False),
        ("192.88.99.1", False),
        ("0.0.0.0", False),  # noqa: S104 - it is refused
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%lo", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff0e::1", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),  # Teredo
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::5db8:d822", False),
    ],
)
def test_public_addresses_are_told_from_all_others(text: str, public: bool) -> None:
    assert is_public(text) is public


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1/", "this host is in a private network"),
        ("http://[::1]/", "this host is in a private network"),
        ("http://169.254.169.254/latest/", "this host is in a private network"),
        ("http://cities.test/", "this host is at 127.0.0.1 in a private network"),
        ("http://mixed.test/", "this host is at 10.0.0.1 in a private network"),
        ("https://metadata.test/", "this host is at 169.254.169.254 in a private network"),
    ],
)
def test_private_hosts_are_refused_unless_allowed(url: str, said: str) -> None:
    expected = re.escape(f"{url}: {said}; --allow-private lets it be fetched")
    with (
        Fetcher(CAPS, here, is_public) as fetcher,
        pytest.raises(HarvestError, match=f"^{expected}$"),
    ):
        fetcher.get(address(url), 0, {})


@pytest.mark.parametrize(
    "target", ["http://inside.test:{port}/secret", "//127.0.0.2:{port}/secret"]
)
def test_a_redirect_into_a_private_network_is_refused(site: Site, target: str) -> None:
    site.pages["/go"] = moved(target.format(port=site.port))
    site.pages["/secret"] = Reply()
    with (
        public_but("127.0.0.2") as fetcher,
        pytest.raises(HarvestError, match=r"/secret: this host is .*in a private network"),
    ):
        Visitor(fetcher, 0).visit(address(f"http://cities.test:{site.port}/go"))
    assert site.asked == ["/robots.txt", "/go"]


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(site: Site) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    with Fetcher(CAPS, lambda host, port: answers.pop(0), lambda a: a == "127.0.0.1") as fetcher:
        hosts: list[str | None] = []
        site.pages["/"] = lambda headers: hosts.append(headers["Host"]) or Reply()  # type: ignore[func-returns-value]
        answer = fetcher.get(address(f"http://rebinding.test:{site.port}/"), 0, {})
    assert (answer.content, hosts) == (PAGE, [f"rebinding.test:{site.port}"])
    assert answers == [["10.0.0.1"]]


def drip_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    drip_head(connection)


def drip_head(connection: socket.socket) -> None:
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("drip", [drip_head, drip_body])
def test_a_slow_drip_ends_when_its_time_is_up(site: Site, fetcher: Fetcher, drip: object) -> None:
    site.pages["/"] = Reply(drip=drip)  # type: ignore[arg-type]
    began = time.monotonic()
    with pytest.raises(HarvestError, match=r"/: not done after 0\.5 s; --timeout raises"):
        fetcher.get(address(site.url), 0, {})
    assert 0.4 < time.monotonic() - began < 2


def test_what_is_too_large_ends_early_packed_or_not(site: Site, fetcher: Fetcher) -> None:
    sent = 0

    def flood(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while sent < 50_000_000:
            sent += connection.send(b"x" * 10_000)

    bomb = gzip.compress(b"x" * 30_000_000)
    site.pages["/flood"] = Reply(drip=flood)
    site.pages["/bomb"] = Reply(bomb, headers={"Content-Encoding": "gzip"})
    for path in ("/flood", "/bomb"):
        with pytest.raises(HarvestError, match="larger than 100,000 bytes; --max-bytes raises"):
            fetcher.get(address(site.url + path), 0, {})
    assert len(bomb) < 100_000 < sent < 50_000_000


def test_content_is_unpacked_and_nothing_else_done_to_it(site: Site, fetcher: Fetcher) -> None:
    odd = b"\xef\xbb\xbf<p>M\xe9xico\r\n\x00"
    site.pages["/"] = Reply(gzip.compress(odd), headers={"Content-Encoding": "gzip"})
    site.pages["/br"] = Reply(odd, headers={"Content-Encoding": "br"})
    assert fetcher.get(address(site.url), 0, {}).content == odd
    with pytest.raises(HarvestError, match="sent packed as br, which was not asked for"):
        fetcher.get(address(f"{site.url}/br"), 0, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ftp://cities.test/", "no http or https address; give one that begins with https://"),
        ("cities.test", "no http or https address"),
        ("http://", "no http or https address"),
        ("http://[::1", "no address"),
        ("https://me:secret@cities.test/", "https://cities.test/: an address with a user name"),
    ],
)
def test_what_is_no_address_is_said_plainly(text: str, said: str) -> None:
    with pytest.raises(HarvestError, match=said):
        address(text)


@given(st.text() | st.text().map(lambda text: "http://" + text))
def test_an_address_is_parsed_or_refused(text: str) -> None:
    try:
        url = address(text)
    except HarvestError:
        return
    assert url.scheme in ("http", "https")
    assert url.host
    assert not url.fragment


def test_a_host_without_a_server_tls_or_name_is_one_plain_sentence(
    site: Site, fetcher: Fetcher
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(HarvestError, match=r"cannot be reached \(Connection refused\); check"):
        fetcher.get(address(f"http://127.0.0.1:{port}/"), 0, {})
    with pytest.raises(HarvestError, match=r"no secure connection \([A-Z_]+\); check the address"):
        fetcher.get(address(f"https://127.0.0.1:{site.port}/"), 0, {})

    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with (
        Fetcher(CAPS, nowhere, is_public) as lost,
        pytest.raises(HarvestError, match="no address is known for this host; check its spelling"),
    ):
        lost.get(address("http://no.test/"), 0, {})


LIBRARY = [
    found
    for module in (httpcore2, httpx2)
    for found in vars(module).values()
    if isinstance(found, type)
    and issubclass(found, Exception)
    and found not in (httpx2.InvalidURL, httpx2.CookieConflict)  # not raised by a request
    and not issubclass(found, Warning)
]


@pytest.mark.parametrize("kind", LIBRARY, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_error_of_the_libraries_becomes_a_reason(kind: type[Exception]) -> None:
    assert len(LIBRARY) > 30
    error = kind.__new__(kind)
    with (
        pytest.raises(HarvestError, match=r"^http://a\.test: .+; "),
        _translated("http://a.test", CAPS),
    ):
        raise error


def test_requests_to_a_host_keep_their_distance(site: Site, fetcher: Fetcher) -> None:
    site.pages["/"] = Reply()
    began = time.monotonic()
    for _ in range(3):
        fetcher.get(address(site.url), 0.1, {})
    assert time.monotonic() - began >= 0.2


def test_a_busy_server_is_waited_for_and_left_alone_if_it_asks_for_long(site: Site) -> None:
    site.pages["/busy"] = lambda headers: (
        Reply() if site.asked.count("/busy") > 2 else Reply(b"", 503, {"Retry-After": "0"})
    )
    site.pages["/long"] = Reply(b"", 429, {"Retry-After": "3600"})
    with Fetcher(CAPS, here, anywhere) as fetcher:
        visitor = Visitor(fetcher, 0)
        assert visitor.visit(address(f"{site.url}/busy")).content == PAGE
        for path in ("/long", "/busy"):
            said = r"answers 429 \(Too Many Requests\) and asks to wait 3600 s; try again later"
            with pytest.raises(HarvestError, match=said):
                visitor.visit(address(site.url + path))
    assert site.asked == ["/robots.txt", "/busy", "/busy", "/busy", "/long"]
