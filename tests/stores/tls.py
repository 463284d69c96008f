"""TLS in front of a database, with certificates made for the occasion."""

from __future__ import annotations

import datetime
import select
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "db.example"

_REQUEST = struct.Struct(">ii")
_TLS, _GSS = 80877103, 80877104
"""Codes of requests for encryption (PostgreSQL, "Message Formats")."""


class Authority:
    """Signs certificates; `file` is what those who trust it name."""

    def __init__(self, folder: Path, name: str) -> None:
        self._key, self._name = ec.generate_private_key(ec.SECP256R1()), _named(name)
        made = _certificate(self._name, self._name, self._key.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self._folder, self.file = folder, folder / f"{name}.pem"
        self.file.write_bytes(_pem(made.sign(self._key, hashes.SHA256())))

    def certify(self, host: str) -> tuple[Path, Path]:
        """Files of a host's certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_named(host), self._name, key.public_key())
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        files = self._folder / f"{host}.pem", self._folder / f"{host}.key"
        files[0].write_bytes(_pem(made.sign(self._key, hashes.SHA256())))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        files[1].chmod(0o600)
        return files


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
    )


class Gate(socketserver.ThreadingTCPServer):
    """Takes connections with TLS, and hands on to a server's socket what comes through it.

    The server that the tests bring has pgvector and was built without TLS.
    """

    daemon_threads = True

    def __init__(self, there: Path, files: tuple[Path, Path] | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.there, self.encrypted = there, 0
        self.context: ssl.SSLContext | None = None
        if files is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*files)


class Handler(socketserver.BaseRequestHandler):
    """Answers requests for encryption, then hands on."""

    server: Gate

    def handle(self) -> None:
        with ExitStack() as stack:
            stack.enter_context(suppress(OSError))  # of a client that trusts nobody here
            here, context = self.request, self.server.context
            head = here.recv(_REQUEST.size, socket.MSG_WAITALL)
            while (asked := _REQUEST.unpack(head)[1]) in (_TLS, _GSS):
                is_taken = asked == _TLS and context is not None
                here.sendall(b"S" if is_taken else b"N")
                if is_taken and context is not None:
                    here = stack.enter_context(context.wrap_socket(here, server_side=True))
                    self.server.encrypted += 1
                if len(head := here.recv(_REQUEST.size)) < _REQUEST.size:
                    return
            there = stack.enter_context(socket.socket(socket.AF_UNIX))
            there.connect(str(self.server.there))
            there.sendall(head)
            _hand_on(here, there)


def _hand_on(here: Any, there: Any) -> None:
    """Until one of two connections ends."""
    while True:
        waits = isinstance(here, ssl.SSLSocket) and here.pending()
        for each in [here] if waits else select.select([here, there], [], [])[0]:
            if not (data := each.recv(1 << 16)):
                return
            (there if each is here else here).sendall(data)


@contextmanager
def gated(gate: Gate) -> Iterator[int]:
    """Serve until the block ends; the port."""
    thread = threading.Thread(target=gate.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield gate.server_address[1]
    finally:
        gate.shutdown()
        thread.join(10)
        gate.server_close()
