"""What may be wrong with a Milvus, and what is said of it; on milvus-lite."""

from __future__ import annotations

import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymilvus import MilvusClient
from starlette.testclient import TestClient

from indexer.errors import BusyError, SnapshotError, StoreError
from indexer.snapshot.folder import IndexFolder
from indexer.stores.milvus import asking, turn
from indexer.stores.milvus.schema import make_collection
from indexer.stores.milvus.store import MilvusStore
from indexer.stores.opening import open_store
from search_api.cli import run
from search_api.engine.searcher import Searcher
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import ROOT, BuildTiny
from tests.stores.test_contract import QUESTIONS, change

pytestmark = pytest.mark.stores


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"milvus://{tmp_path}/milvus.db"


@pytest.fixture
def store(url: str, built: Path, tmp_path: Path) -> Iterator[MilvusStore]:
    opened = open_store(url, tmp_path / "cache")
    assert isinstance(opened, MilvusStore)
    opened.publish(IndexFolder(built).published(), lambda part: None)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "milvus://u:secret@127.0.0.1:1",
            "milvus://127.0.0.1:1: cannot be reached (Fail connecting",
        ),
        ("milvus://127.0.0.1:1?colour=red", "colour= means nothing to Milvus; leave it out"),
        ("milvus:///nowhere/at/all.db", "refused (Open local milvus failed, dir: /nowhere/at not"),
    ],
)
def test_a_wrong_address_is_one_sentence_without_a_password(
    url: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["ask", "water?", "--store", url]) == 2
    found = " ".join(capsys.readouterr().err.split())
    assert said in found
    assert "secret" not in found


@pytest.mark.parametrize(("version", "needed"), [("v2.6.9", "2.6.10"), ("milvus_lite-2.5.1", "3")])
def test_an_old_server_is_refused(
    url: str, version: str, needed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(MilvusClient, "get_server_version", lambda self: version)
    said = f"Milvus {version} is too old; {needed} or newer is needed"
    with pytest.raises(SnapshotError, match=said):
        open_store(url, tmp_path).prepare()
    assert asking.SERVER == (2, 6, 10)


def test_a_loader_that_is_killed_leaves_what_was_published(
    url: str, index: Path, corpus: Path, build_tiny: BuildTiny, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    command = [sys.executable, "-m", "tests.stores.loading", str(index), url, str(cache)]
    assert subprocess.run([*command, "none"], cwd=ROOT, timeout=60).returncode == 0
    old = IndexFolder(index).published().manifest.id
    change(corpus, 1)
    new = build_tiny(corpus, index).snapshot
    done = subprocess.run([*command, "Indexing"], cwd=ROOT, timeout=60)
    assert done.returncode == -signal.SIGKILL
    store = open_store(url, cache)
    assert store.published().manifest.id == old
    assert store.verify(store.published()) == []
    store.publish(IndexFolder(index).published(), lambda part: None)
    assert [version.id for version in store.versions()] == [new, old]
    assert isinstance(store, MilvusStore)
    held = [
        name
        for name in store._connection.client().list_collections()
        if name.startswith("citywise_")
    ]
    assert sorted(held) == sorted(["citywise_files", f"citywise_{new}", f"citywise_{old}"])
    store.close()


def test_rows_that_are_missing_are_refused(store: MilvusStore, built: Path) -> None:
    published = store.published()
    store._connection.client().delete(published.path.name, ids=[6])
    with pytest.raises(SnapshotError, match="6 of 7 passages are there; load the index again"):
        store.open(published)
    store.publish(IndexFolder(built).published(), lambda part: None)
    Searcher(store.open(store.published())).ask(QUESTIONS[0])


def test_the_api_answers_503_once_the_collection_is_gone(
    store: MilvusStore, url: str, tmp_path: Path
) -> None:
    settings = Settings(store=url, cache=tmp_path / "cache", answers=0, keys=None, feedback=None)
    with TestClient(create_app(settings)) as client:
        assert client.get("/v1/search", params={"q": "food"}).status_code == 200
        store._connection.client().release_collection(store.published().path.name)
        refused = client.get("/v1/search", params={"q": "water in Durban"})
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "30"


def test_two_machines_do_not_publish_at_once(
    store: MilvusStore, url: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = open_store(url, tmp_path / "another machine's")
    assert isinstance(elsewhere, MilvusStore)
    published = IndexFolder(built).published()
    with elsewhere._turn.taken() as still_theirs:
        said = rf"a process on {platform.node()} is loading this index; wait until it is done"
        with pytest.raises(BusyError, match=said):
            store.publish(published, lambda part: None)
        still_theirs()
        monkeypatch.setattr(turn, "EXPIRED", 0)  # as if it had said nothing for long
        store.publish(published, lambda part: None)
        with pytest.raises(StoreError, match="the right to publish was lost meanwhile"):
            still_theirs()
    monkeypatch.undo()
    elsewhere.publish(published, lambda part: None)
    elsewhere.close()


def test_who_lost_the_right_meanwhile_publishes_nothing(
    store: MilvusStore, index: Path, corpus: Path, build_tiny: BuildTiny
) -> None:
    old = store.published().manifest.id
    change(corpus, 1)
    build_tiny(corpus, index)

    def told(part: str) -> None:
        if part == "Indexing":
            (lease,) = store._files.rows(turn.LEASE)
            store._files.remove([lease["key"]])

    with pytest.raises(StoreError, match="the right to publish was lost meanwhile, and nothing"):
        store.publish(IndexFolder(index).published(), told)
    assert store.published().manifest.id == old
    store.publish(IndexFolder(index).published(), lambda part: None)
    assert store.published().manifest.id != old


def test_vectors_of_another_dimension_are_refused(store: MilvusStore) -> None:
    published, client = store.published(), store._connection.client()
    client.drop_collection(published.path.name)
    make_collection(client, published.path.name, 3, approximate=False)
    row = {"vector": [1.0, 0, 0], "words": {1: 1.0}, "bits": "", "sentences": ""}
    client.insert(published.path.name, [{"row": number, **row} for number in range(7)])
    said = "vectors have 3 dimensions, those of the model .* have 32; load the index again with"
    with pytest.raises(SnapshotError, match=said):
        store.open(published)


def test_whoever_is_loading_says_so_again(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "RENEWED", 0.05)
    with store._turn.taken():
        (first,) = store._files.rows(turn.LEASE)
        deadline = time.monotonic() + 20
        while store._files.rows(turn.LEASE)[0]["number"] == first["number"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert store._files.rows(turn.LEASE) == []
