from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.errors import NoSnapshotError
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import VECTORS
from search_api import following as module
from search_api.following import following
from tests.conftest import BuildTiny


def wait_for(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.faults
def test_what_is_published_there_is_soon_published_here_unless_it_is_damaged(
    index_copy: IndexFolder,
    tmp_path: Path,
    corpus: Path,
    build_tiny: BuildTiny,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    here = IndexFolder(tmp_path / "here")
    first = index_copy.published().manifest.id
    with following(index_copy.root.as_uri(), here.root, 0.02):
        assert here.published().manifest.id == first
        (corpus / "tanks.txt").write_text("Water tanks came to Lima.\n", encoding="utf-8")
        second = build_tiny(corpus, index_copy.root).snapshot
        wait_for(lambda: here.published().manifest.id == second)
        (corpus / "tanks.txt").write_text("Food came to Quito.\n", encoding="utf-8")
        other = IndexFolder(tmp_path / "other")
        build_tiny(corpus, other.root)
        (other.published().path / VECTORS).write_bytes(b"?")
        shutil.copytree(other.snapshots, index_copy.snapshots, dirs_exist_ok=True)
        index_copy.point_to(index_copy.snapshots / other.pointed().snapshot)
        wait_for(lambda: "differs from its checksum" in caplog.text)
        time.sleep(0.3)
        assert here.published().manifest.id == second
    said = [record.getMessage() for record in caplog.records if record.name == module.__name__]
    assert [line.split(",")[0] for line in said[:2]] == [
        f"pulled index {first}",
        f"pulled index {second}",
    ]
    assert len(said) == 3  # what is wrong is said once


def test_without_its_source_a_server_serves_what_it_has(
    index_copy: IndexFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = tmp_path / "gone"
    with following(str(gone), index_copy.root, 60):
        pass
    assert caplog.messages == [
        f"serving the index of before: {gone}: no index here; bring one with "
        f"`citywise push {gone} --index DIR`"
    ]
    with (
        pytest.raises(NoSnapshotError, match=f"{gone}: no index here"),
        following(str(gone), tmp_path / "here", 60),
    ):
        pass


def test_servers_of_one_folder_wait_for_the_one_that_pulls(
    index_copy: IndexFolder, tmp_path: Path
) -> None:
    here = IndexFolder(tmp_path / "here")
    with ThreadPoolExecutor(1) as other:
        with here.lock():
            waiting = other.submit(followed_once, index_copy, here)
            time.sleep(0.3)
            assert not waiting.done()
        assert waiting.result(10) == index_copy.published().manifest.id


def followed_once(source: IndexFolder, here: IndexFolder) -> str:
    with following(str(source.root), here.root, 60):
        return here.published().manifest.id
