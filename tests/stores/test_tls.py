"""What TLS promises: the right server answers, every other one is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from indexer.snapshot.folder import IndexFolder
from indexer.stores.opening import open_store
from search_api.cli import run
from tests.served import free_port
from tests.stores.cluster import Cluster
from tests.stores.tls import HOST, Authority, Gate, gated

pytestmark = pytest.mark.stores

SECRET = "a-password-in-an-address"  # noqa: S105


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Authority]:
    folder = tmp_path_factory.mktemp("authorities")
    return {name: Authority(folder, name) for name in ("ours", "other")}


@pytest.fixture
def secured(cluster: Cluster, authorities: dict[str, Authority]) -> Iterator[tuple[Gate, int]]:
    """The server behind TLS."""
    gate = Gate(cluster.folder / ".s.PGSQL.5432", authorities["ours"].certify(HOST))
    with gated(gate) as port:
        yield gate, port


def address(port: int, authority: Authority, host: str = HOST, **ours: str) -> str:
    asked = {
        "hostaddr": "127.0.0.1",
        "sslmode": "verify-full",
        "sslrootcert": str(authority.file),
        **ours,
    }
    return f"postgresql://postgres:{SECRET}@{host}:{port}/postgres?{urlencode(asked)}"


def test_who_trusts_the_right_authority_is_answered_through_tls(
    cluster: Cluster, secured: tuple[Gate, int], authorities: dict[str, Authority],
    name: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("CITYWISE_CACHE", str(tmp_path))
    gate, port = secured
    url = address(port, authorities["ours"], index=name)
    store = open_store(url, tmp_path / "cache")
    store.publish(IndexFolder(built).published(), lambda part: None)
    store.close()
    before = gate.encrypted
    assert before > 0
    assert run(["ask", "informal settlements", "--store", url]) in (0, 1)
    assert gate.encrypted > before


@pytest.fixture(scope="module")
def another() -> Iterator[Cluster]:
    """A server with TLS of its own, and without pgvector: Debian's."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("did not run: no PostgreSQL with TLS here (apt-get install postgresql)")
    made = Cluster(programs=programs[-1])
    yield made
    made.remove()


@contextmanager
def started(another: Cluster, files: tuple[Path, Path] | None) -> Iterator[int]:
    port = free_port()
    settings = ["listen_addresses=127.0.0.1", f"port={port}"]
    if files is not None:
        certificate, key = map(another.own, files)
        settings += ["ssl=on", f"ssl_cert_file={certificate}", f"ssl_key_file={key}"]
    another.start(*settings)
    try:
        yield port
    finally:
        another.stop()


WRONG = {
    "other": ("other", HOST, "SSL error: certificate verify failed"),
    "host": (
        "ours",
        "elsewhere.example",
        f'server certificate for "{HOST}" does not match host name "elsewhere.example"',
    ),
    "plain": ("ours", HOST, "server does not support SSL, but SSL was required"),
    "right": ("ours", HOST, "no index citywise here; load one with"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("kind", ["gate", "postgres"])
def test_any_other_server_is_one_sentence(
    request: pytest.FixtureRequest, kind: str, authorities: dict[str, Authority], wrong: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("CITYWISE_CACHE", str(tmp_path))
    authority, host, said = WRONG[wrong]
    files = None if wrong == "plain" else authorities["ours"].certify(HOST)
    if kind == "postgres":
        serving = started(request.getfixturevalue("another"), files)
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        serving = gated(Gate(cluster.folder / ".s.PGSQL.5432", files))
    with serving as port:
        url = address(port, authorities[authority], host)
        assert run(["ask", "water?", "--store", url]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert f"citywise: postgresql://{host}:{port}/postgres: " in told.err
    assert said in told.err
    assert SECRET not in told.err
