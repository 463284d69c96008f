"""PostgreSQL servers and loaders that die, and what those who ask notice of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from indexer.errors import StoreError
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import open_snapshot
from indexer.stores.opening import open_store
from search_api.engine.searcher import Searcher
from search_api.http.app import create_app
from search_api.settings import Settings
from tests.conftest import ROOT, BuildTiny
from tests.served import serving
from tests.stores.cluster import Cluster
from tests.stores.test_contract import QUESTIONS, change, untimed

pytestmark = pytest.mark.stores

CLIENTS = 8

PARTS = (
    "Loading files",
    "Loading documents",
    "Loading tokens",
    "Indexing",
    "Pointing to it",
    "Clearing away",
)


def publish(index: Path, url: str, cache: Path) -> str:
    published = IndexFolder(index).published()
    open_store(url, cache).publish(published, lambda part: None)
    return published.manifest.id


@pytest.mark.parametrize("part", PARTS)
def test_a_loader_that_is_killed_leaves_the_old_or_the_new(
    cluster: Cluster, name: str, index: Path, corpus: Path, build_tiny: BuildTiny, part: str
) -> None:
    url, cache = cluster.url(index=name), index.parent / "cache"
    old = publish(index, url, cache)
    change(corpus, 1)
    new = build_tiny(corpus, index).snapshot
    command = [sys.executable, "-m", "tests.stores.loading", str(index), url, str(cache), part]
    done = subprocess.run(command, cwd=ROOT, timeout=60)
    assert done.returncode == -signal.SIGKILL
    store = open_store(url, cache)
    published = store.published()
    assert published.manifest.id == (new if part == "Clearing away" else old)
    assert store.verify(published) == []
    Searcher(store.open(published)).ask(QUESTIONS[0])
    assert publish(index, url, cache) == new
    assert [version.id for version in store.versions()] == [new, old]
    schemas = f"SELECT count(*) FROM pg_namespace WHERE starts_with(nspname, '{name}_')"  # noqa: S608
    assert cluster.execute(schemas) == [(2,)]
    store.close()


@pytest.fixture
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    """A primary and its standby."""
    primary = Cluster()
    primary.start()
    standby = Cluster(primary)
    standby.start()
    yield primary, standby
    primary.remove()
    standby.remove()


class Clients:
    """Ask a server without a pause, and take down every answer."""

    def __init__(self, url: str) -> None:
        self._url, self._ended = url, threading.Event()
        self.statuses: Counter[int] = Counter()
        self.refused: list[float] = []
        self.told: set[tuple[str, str]] = set()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _ask(self, number: int) -> None:
        with httpx2.Client(timeout=20) as client:
            while not self._ended.is_set():
                question = QUESTIONS[number % len(QUESTIONS)]
                answer = client.get(f"{self._url}/v1/search", params={"q": question, "k": 20})
                self._take(question, answer)

    def _take(self, question: str, answer: Any) -> None:
        self.statuses[answer.status_code] += 1
        if answer.status_code == 200:
            self.told.add((question, told(answer.json())))
        else:
            assert "Retry-After" in answer.headers
            self.refused.append(time.monotonic())

    def end(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(30)


def told(answer: dict[str, Any]) -> str:
    shown = [(r["passage_id"], r["score"], r["confidence"]) for r in answer["results"]]
    return f"{answer['verdict']} {answer['index']['id']} {shown}"


def test_a_primary_that_is_killed_is_hardly_noticed(
    pair: tuple[Cluster, Cluster],
    index: Path,
    tmp_path: Path,
    corpus: Path,
    build_tiny: BuildTiny,
    capsys: pytest.CaptureFixture[str],
) -> None:
    primary, standby = pair
    url = f"postgresql://postgres@/postgres?host={primary.folder},{standby.folder}"
    publish(index, url, tmp_path / "cache")
    standby.wait_for("SELECT to_regclass('citywise.published') IS NOT NULL")
    standby.wait_for("SELECT count(*) = 1 FROM citywise.published")
    here = Searcher(open_snapshot(index))
    expected = {(q, told(here.ask(q, 20).model_dump(mode="json"))) for q in QUESTIONS}
    with serving(
        tmp_path / "none", tmp_path, store=url, answers="0", cache=str(tmp_path / "cache")
    ) as served:
        clients = Clients(served.url)
        time.sleep(1)
        primary.kill()
        killed = time.monotonic()
        time.sleep(2)
        with pytest.raises(StoreError, match="cannot be reached"):
            publish(index, url, tmp_path / "cache")
        standby.promote()
        change(corpus, 1)
        new = build_tiny(corpus, index).snapshot
        time.sleep(1)
        assert clients.told <= expected
        publish(index, url, tmp_path / "cache")
        deadline = time.monotonic() + 20
        while httpx2.get(f"{served.url}/readyz").json().get("index") != new:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        clients.end()
    gap = max(clients.refused, default=killed) - killed
    with capsys.disabled():
        print(f"\nanswers by status {dict(clients.statuses)}, the last refusal after {gap:.1f} s")  # noqa: T201
    assert clients.statuses.keys() <= {200, 503}
    assert clients.statuses[200] > 100
    assert gap < 6
    assert {text.split()[1] for _, text in clients.told - expected} <= {new}


def test_a_server_that_starts_again_is_found_again(index: Path, tmp_path: Path) -> None:
    alone = Cluster()
    alone.start()
    try:
        store = open_store(alone.url(), tmp_path / "cache")
        store.publish(IndexFolder(index).published(), lambda part: None)
        searcher = Searcher(store.open(store.published()))
        before = [untimed(searcher.ask(question)) for question in QUESTIONS]
        alone.kill()
        with pytest.raises(StoreError, match="cannot be reached"):
            searcher.ask("a question that nobody has asked so far: bicycles")
        alone.start()
        assert [untimed(searcher.ask(question)) for question in QUESTIONS] == before
        assert store.verify(store.published()) == []
        store.close()
    finally:
        alone.remove()


def test_a_lost_store_is_told_by_a_figure_and_no_replica_is_taken_out(
    index: Path, tmp_path: Path
) -> None:
    alone = Cluster()
    alone.start()
    try:
        publish(index, alone.url(), tmp_path / "cache")
        settings = Settings(
            store=alone.url(), cache=tmp_path / "cache", answers=1 << 20, keys=None, feedback=None
        )
        with TestClient(create_app(settings)) as client:

            def figure_becomes(value: str) -> None:
                deadline = time.monotonic() + 20
                while f"citywise_store_up {value}\n" not in client.get("/metrics").text:
                    assert time.monotonic() < deadline, value
                    time.sleep(0.1)

            figure_becomes("1.0")
            asked = client.get("/v1/search", params={"q": QUESTIONS[0]}).json()["results"]
            alone.kill()
            figure_becomes("0.0")
            assert client.get("/readyz").status_code == 200
            kept = client.get("/v1/search", params={"q": QUESTIONS[0]})
            assert kept.json()["results"] == asked
            refused = client.get("/v1/search", params={"q": "who extended markets?"})
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
            alone.start()
            figure_becomes("1.0")
            assert client.get("/v1/search", params={"q": "trams?"}).status_code == 200
    finally:
        alone.remove()


def test_a_backup_is_the_same_elsewhere(cluster: Cluster, name: str, index: Path) -> None:
    cache = index.parent / "cache"
    cluster.execute(f"CREATE DATABASE {name}")
    cluster.execute(f"CREATE DATABASE {name}_restored")
    store = open_store(cluster.url(database=name), cache)
    store.publish(IndexFolder(index).published(), lambda part: None)
    dumped = cluster.folder / f"{name}.dump"
    cluster.dump(name, dumped)
    cluster.restore(f"{name}_restored", dumped)
    restored = open_store(cluster.url(database=f"{name}_restored"), cache)
    assert restored.verify(restored.published()) == []
    one, other = (Searcher(s.open(s.published())) for s in (store, restored))
    for question in QUESTIONS:
        assert untimed(one.ask(question)) == untimed(other.ask(question))
    store.close()
    restored.close()
