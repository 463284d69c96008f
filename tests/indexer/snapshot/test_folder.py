from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.errors import BusyError, DamagedError, NoSnapshotError, NotHeldError
from indexer.snapshot.folder import IndexFolder, Published
from indexer.snapshot.manifest import FileInfo, Manifest, ModelInfo

TICK = 0.01
"""Seconds between two publications, so that the file system dates them apart."""


def manifest(identity: str) -> Manifest:
    model = ModelInfo("tiny", "f" * 64, 32, 48, 2)
    files = {"text.txt": FileInfo(5, "a" * 64)}
    return Manifest(identity, "2020-05-04T10:00:00+00:00", "0.1.0", model, 1, 1, {}, 1.0, files)


def stage(folder: IndexFolder) -> None:
    (folder.staging / "sub").mkdir(parents=True)
    (folder.staging / "text.txt").write_text("water", encoding="utf-8")
    (folder.staging / "sub" / "more.txt").write_text("more", encoding="utf-8")


def publish(folder: IndexFolder, identity: str) -> Published:
    time.sleep(TICK)
    with folder.lock():
        stage(folder)
        return folder.publish(manifest(identity))


def kept(folder: IndexFolder) -> set[str]:
    return {path.name for path in folder.snapshots.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path / "index")


class Recorder:
    """Notes each sync and rename, by paths relative to a folder, and lets one of them fail."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, failing: int = -1) -> None:
        self.root, self.failing = root, failing
        self.events: list[str] = []
        self._fsync, self._rename = os.fsync, Path.rename
        monkeypatch.setattr(os, "fsync", self.fsync)
        monkeypatch.setattr(Path, "rename", lambda path, target: self.rename(path, target))

    def fsync(self, handle: int) -> None:
        self._note(f"sync {self._name(handle)}")
        self._fsync(handle)

    def rename(self, path: Path, target: Path) -> Path:
        self._note(f"rename {self._relative(path)} to {self._relative(target)}")
        return self._rename(path, target)

    def _note(self, event: str) -> None:
        self.events.append(event)
        if len(self.events) - 1 == self.failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _name(self, handle: int) -> str:
        found = os.fstat(handle)
        paths = [self.root, *self.root.rglob("*")]
        (path,) = (path for path in paths if os.path.samestat(path.stat(), found))
        return self._relative(path)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


@pytest.mark.parametrize("is_file", [False, True])
def test_where_nothing_is_published_an_error_says_how(folder: IndexFolder, is_file: bool) -> None:
    if is_file:
        folder.root.write_text("a file", encoding="utf-8")
    wanted = f"{folder.root}: no index here; build one with `citywise index CORPUS --index "
    with pytest.raises(NoSnapshotError, match=wanted):
        folder.published()


def test_what_is_published_is_what_was_staged(folder: IndexFolder) -> None:
    given = publish(folder, "aaaa")
    found = folder.published()
    assert found == given == Published(folder.root / "snapshots" / "aaaa", manifest("aaaa"))
    assert (found.path / "text.txt").read_text(encoding="utf-8") == "water"
    assert (found.path / "sub" / "more.txt").read_text(encoding="utf-8") == "more"
    assert {path.name for path in folder.root.iterdir()} == {"current", "lock", "snapshots"}
    assert kept(folder) == {"aaaa"}


def test_the_pointer_names_the_snapshot_and_the_hash_of_its_manifest(folder: IndexFolder) -> None:
    published = publish(folder, "aaaa")
    digest = hashlib.sha256((published.path / "manifest.json").read_bytes()).hexdigest()
    assert json.loads(folder.pointer.read_text(encoding="utf-8")) == {
        "snapshot": "aaaa",
        "manifest_sha256": digest,
        "check": hashlib.sha256(f"aaaa {digest}".encode()).hexdigest()[:16],
    }


def test_everything_is_on_disk_before_it_is_named_and_named_before_it_is_pointed_to(
    folder: IndexFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder.lock():
        stage(folder)
        events = Recorder(folder.root, monkeypatch).events
        folder.publish(manifest("aaaa"))
    staged, rest = events[:-5], events[-5:]
    assert set(staged) == {
        "sync snapshots/.building/text.txt",
        "sync snapshots/.building/sub/more.txt",
        "sync snapshots/.building/sub",
        "sync snapshots/.building/manifest.json",
        "sync snapshots/.building",
    }
    assert staged[-1] == "sync snapshots/.building"
    assert rest == [
        "rename snapshots/.building to snapshots/aaaa",
        "sync snapshots",
        "sync current.new",
        "rename current.new to current",
        "sync .",
    ]


STEPS = 11
"""Syncs and renames of a publication of two files; the first six are syncs of what is staged."""


@pytest.mark.parametrize("failing", [0, *range(5, STEPS)])
def test_the_old_snapshot_stands_until_the_pointer_is_exchanged(
    folder: IndexFolder, failing: int
) -> None:
    old = publish(folder, "aaaa")
    with pytest.MonkeyPatch.context() as patched:
        recorder = Recorder(folder.root, patched, failing)
        with pytest.raises(OSError, match="No space left"):
            publish(folder, "bbbb")
    assert len(recorder.events) == failing + 1
    if failing < STEPS - 1:
        assert folder.published() == old
    else:  # only the last sync was missing
        assert recorder.events[-1] == "sync ."
        assert folder.published().manifest.id == "bbbb"
    assert publish(folder, "bbbb") == folder.published()
    assert kept(folder) == {"aaaa", "bbbb.2" if failing > 6 else "bbbb"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"snapshot": "aaaa", "check": "0"}',
        '{"snapshot": "aaaa", "manifest_sha256": "0"}',
        '{"snapshot": "aaaa", "manifest_sha256": "0", "check": "0"}',
    ],
)
def test_a_damaged_pointer_is_named(folder: IndexFolder, text: str) -> None:
    publish(folder, "aaaa")
    folder.pointer.write_text(text, encoding="utf-8")
    with pytest.raises(
        DamagedError, match=r"index/current: damaged; rebuild with `citywise index`"
    ):
        folder.published()


def test_a_pointer_to_what_is_gone_names_the_missing_manifest(folder: IndexFolder) -> None:
    published = publish(folder, "aaaa")
    shutil.rmtree(published.path)
    with pytest.raises(DamagedError, match=r"snapshots/aaaa/manifest\.json: missing; rebuild"):
        folder.published()


def test_a_manifest_of_another_build_under_the_same_name_is_refused(folder: IndexFolder) -> None:
    published = publish(folder, "aaaa")
    file = published.path / "manifest.json"
    raw = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**raw, "passages": 2}), encoding="utf-8")
    with pytest.raises(DamagedError, match=r"manifest\.json: differs from its checksum; rebuild"):
        folder.published()


@pytest.mark.parametrize(
    ("taken", "name"), [(["aaaa"], "aaaa.2"), (["aaaa", "aaaa.2"], "aaaa.3"), (["aaaa.2"], "aaaa")]
)
def test_the_same_id_again_is_written_beside_what_lay_there_and_replaces_it(
    folder: IndexFolder, taken: list[str], name: str
) -> None:
    for leftover in taken:
        (folder.snapshots / leftover).mkdir(parents=True)
    publish(folder, "bbbb")
    published = publish(folder, "aaaa")
    assert folder.published() == published == Published(folder.snapshots / name, manifest("aaaa"))
    assert (published.path / "text.txt").read_text(encoding="utf-8") == "water"
    assert kept(folder) == {name, "bbbb"}


def test_the_same_id_again_that_fails_leaves_the_old_one(
    folder: IndexFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = publish(folder, "aaaa")

    def fail(path: Path, target: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path), None, str(target))

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", fail)
        patched.setattr(Path, "rename", fail)
        with pytest.raises(OSError, match="Input/output error"):
            publish(folder, "aaaa")
    assert folder.published() == old


def test_the_last_three_snapshots_are_kept(folder: IndexFolder) -> None:
    for identity in ("dddd", "aaaa", "cccc", "bbbb"):
        publish(folder, identity)
    assert folder.published().manifest.id == "bbbb"
    assert kept(folder) == {"aaaa", "bbbb", "cccc"}


def test_the_one_published_before_is_kept_although_it_was_made_long_ago(
    folder: IndexFolder,
) -> None:
    first = publish(folder, "aaaa")
    publish(folder, "bbbb")
    publish(folder, "cccc")
    time.sleep(TICK)
    with folder.lock():
        folder.point_to(first.path)
    publish(folder, "dddd")
    assert kept(folder) == {"aaaa", "cccc", "dddd"}


def test_a_snapshot_that_was_never_published_goes_before_those_that_were(
    folder: IndexFolder,
) -> None:
    publish(folder, "aaaa")
    publish(folder, "bbbb")
    with pytest.MonkeyPatch.context() as patched:
        Recorder(folder.root, patched, failing=STEPS - 2)  # the exchange of the pointer
        with pytest.raises(OSError, match="No space left"):
            publish(folder, "cccc")
    assert kept(folder) == {"aaaa", "bbbb", "cccc"}
    publish(folder, "dddd")
    assert kept(folder) == {"aaaa", "bbbb", "dddd"}


def test_what_cannot_be_cleared_away_does_not_undo_a_publication(folder: IndexFolder) -> None:
    for identity in ("aaaa", "bbbb", "cccc"):
        publish(folder, identity)
    with pytest.MonkeyPatch.context() as patched:
        Recorder(folder.root, patched, failing=STEPS)  # the first step behind the publication
        publish(folder, "dddd")
    assert folder.published().manifest.id == "dddd"
    publish(folder, "eeee")
    assert kept(folder) == {"cccc", "dddd", "eeee"}


def test_going_back_exchanges_the_pointer_alone(folder: IndexFolder) -> None:
    first = publish(folder, "aaaa")
    publish(folder, "bbbb")
    with folder.lock():
        folder.point_to(first.path)
    assert folder.published() == first
    assert kept(folder) == {"aaaa", "bbbb"}


def test_a_second_writer_is_turned_away_and_disturbs_nothing(folder: IndexFolder) -> None:
    second = IndexFolder(folder.root)
    with folder.lock():
        stage(folder)
        wanted = "index: another build is writing this index; wait until it is done"
        with pytest.raises(BusyError, match=wanted), second.lock():
            pass
        folder.publish(manifest("aaaa"))
    assert second.published().manifest.id == "aaaa"


def test_the_lock_is_free_again_after_a_failure(folder: IndexFolder) -> None:
    with pytest.raises(RuntimeError, match="broken"), folder.lock():
        raise RuntimeError("broken")
    assert publish(folder, "aaaa") == folder.published()


HOLD = """
import sys, time
from pathlib import Path
from indexer.snapshot.folder import IndexFolder
folder = IndexFolder(Path(sys.argv[1]))
with folder.lock():
    folder.staging.mkdir()
    (folder.staging / "half.txt").write_text("half")
    (folder.root / "current.new").write_text("half")
    print("held", flush=True)
    time.sleep(30)
"""


def test_a_killed_writer_leaves_no_lock_and_its_leftovers_are_cleared(folder: IndexFolder) -> None:
    old = publish(folder, "aaaa")
    command = [sys.executable, "-c", HOLD, str(folder.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "held\n"
            with pytest.raises(BusyError, match="another build"), folder.lock():
                pass
            assert folder.published() == old
        finally:
            process.send_signal(signal.SIGKILL)
    assert folder.published() == old
    assert (folder.staging / "half.txt").is_file()
    with folder.lock():
        assert kept(folder) == {"aaaa"}
    assert publish(folder, "bbbb") == folder.published()
    assert not (folder.root / "current.new").exists()


def test_clearing_removes_what_is_staged_and_only_that(folder: IndexFolder) -> None:
    old = publish(folder, "aaaa")
    with folder.lock():
        stage(folder)
        folder.clear()
        folder.clear()
    assert kept(folder) == {"aaaa"}
    assert folder.published() == old


def test_a_snapshot_that_is_kept_is_found_by_its_id(folder: IndexFolder) -> None:
    first, second = publish(folder, "a" * 16), publish(folder, "b" * 16)
    assert folder.kept("a" * 16) == first
    assert folder.kept("b" * 16) == second == folder.published()


def test_of_two_folders_of_one_id_the_one_published_last_is_meant(folder: IndexFolder) -> None:
    publish(folder, "a" * 16)
    again = publish(folder, "a" * 16)
    shutil.copytree(again.path, folder.snapshots / ("a" * 16 + ".9"))
    os.utime(folder.snapshots / ("a" * 16 + ".9"), (0, 0))
    assert folder.kept("a" * 16) == again


def test_a_snapshot_that_is_not_kept_is_named_beside_those_that_are(folder: IndexFolder) -> None:
    with pytest.raises(NotHeldError, match=r"^snapshot x is not kept; kept are: none$"):
        folder.kept("x")
    for identity in ("b" * 16, "a" * 16):
        publish(folder, identity)
    stage(folder)
    (folder.staging / "manifest.json").write_text("{}", encoding="utf-8")
    said = rf"^snapshot \.building is not kept; kept are: {'a' * 16}, {'b' * 16}$"
    with pytest.raises(NotHeldError, match=said):
        folder.kept(".building")
