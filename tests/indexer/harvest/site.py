"""A real web site on this machine, for as long as a test runs."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PAGE = b"<html><title>Mayors meet</title><p>Mayors met in Lima.</p></html>"


@dataclass
class Reply:
    """What the site answers; `drip` writes the body itself, as slowly as it likes."""

    body: bytes = PAGE
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})
    drip: Callable[[socket.socket], None] | None = None


def moved(location: str, status: int = 302) -> Reply:
    return Reply(b"", status, {"Location": location})


def xml(body: str) -> Reply:
    return Reply(body.encode(), headers={"Content-Type": "application/xml"})


def sitemap(*addresses: str, kind: str = "url") -> Reply:
    root = "urlset" if kind == "url" else "sitemapindex"
    inside = "".join(f"<{kind}><loc>{a}</loc></{kind}>" for a in addresses)
    return xml(
        f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{inside}</{root}>"
    )


Answers = Reply | Callable[[Message], Reply]


class Site:
    """Pages by path, each a reply or what makes one of the request's headers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.pages: dict[str, Answers] = {}
        self.asked: list[str] = []


@contextmanager
def serving() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            missing = Reply(b"", 404, {})
            reply = site.pages.get(self.path, missing)
            if not isinstance(reply, Reply):
                reply = reply(self.headers)
            if reply.drip:
                self.close_connection = True
                reply.drip(self.connection)
                return
            self.send_response(reply.status)
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None: ...

    with Server(("127.0.0.1", 0), Handler) as server:
        site = Site(server.server_port)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield site
        finally:
            server.shutdown()
