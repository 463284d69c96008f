"""An index published through services of other protocols, which run on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pytest

from indexer.errors import DamagedError, StorageError
from indexer.snapshot.folder import KEEP, IndexFolder
from indexer.snapshot.manifest import VECTORS
from indexer.snapshot.pulling import pull
from indexer.snapshot.pushing import push
from indexer.snapshot.snapshot import full_check
from indexer.snapshot.storage import Storage
from tests.conftest import BuildTiny

pytestmark = [
    pytest.mark.load,
    # What the FTP server is built upon, until Python 3.12 leaves it out.
    pytest.mark.filterwarnings("ignore:The async(ore|hat) module is deprecated:DeprecationWarning"),
]


@contextmanager
def ftp(folder: Path) -> Iterator[str]:
    """An FTP server of a folder; its address."""
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.log import config_logging
    from pyftpdlib.servers import ThreadedFTPServer

    config_logging(level=50)
    users = DummyAuthorizer()
    users.add_user("city", "secret", str(folder), perm="elradfmw")
    handler = type("Handler", (FTPHandler,), {"authorizer": users})
    server = ThreadedFTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"ftp://city:secret@127.0.0.1:{server.address[1]}"
    finally:
        server.close_all()
        thread.join(10)


@contextmanager
def s3(folder: Path) -> Iterator[str]:
    """A server that speaks S3, and a bucket in it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "secret")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        fsspec.filesystem("s3").mkdir("network")
        yield "s3://network"
    server.stop()


@pytest.mark.parametrize("service", [ftp, s3])
def test_an_index_is_pushed_pulled_and_replaced(
    service: type, corpus: Path, build_tiny: BuildTiny, tmp_path: Path
) -> None:
    ours, replica = IndexFolder(tmp_path / "ours"), IndexFolder(tmp_path / "replica")
    (tmp_path / "served").mkdir()
    with service(tmp_path / "served") as url:
        there, ids = Storage(f"{url}/index"), []
        for number in range(KEEP + 1):
            (corpus / "tanks.txt").write_text(f"Tank {number} came to Lima.\n", encoding="utf-8")
            ids.append(build_tiny(corpus, ours.root).snapshot)
            assert push(ours, there).sent > 0
            assert pull(Storage(f"{url}/index"), replica).snapshot == ids[-1]
            assert full_check(replica.published()) == []
        assert push(ours, there).sent == 0
        kept = there.names("snapshots")
        assert (len(kept), ids[-1] in kept, set(kept) <= set(ids)) == (KEEP, True, True)
        assert replica.ids() == ids[:0:-1]

        vectors = f"snapshots/{ids[-1]}/{VECTORS}"
        there.write(vectors, b"?" * (there.size(vectors) or 0))
        other = IndexFolder(tmp_path / "other")
        with pytest.raises(DamagedError, match=rf"index/{vectors}: differs from its checksum"):
            pull(there, other)
        assert push(ours, there, again=True).sent > 0
        assert pull(there, other).snapshot == ids[-1]
        there.remove(f"snapshots/{ids[-1]}")
        with pytest.raises(DamagedError, match=r"manifest\.json: missing; publish it there again"):
            pull(there, IndexFolder(tmp_path / "third"))


def test_a_service_that_is_gone_is_one_sentence(built: Path, tmp_path: Path) -> None:
    with ftp(tmp_path) as url:
        there = Storage(f"{url}/index")
        push(IndexFolder(built), there)
    with pytest.raises(StorageError, match=r"^ftp://127\.0\.0\.1:\d+/index/current: cannot be re"):
        pull(there, IndexFolder(tmp_path / "replica"))
