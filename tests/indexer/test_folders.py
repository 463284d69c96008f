from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.folders import everything_below

ROOT = os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch()
    (tmp_path / "linked").symlink_to(tmp_path / "a")
    return tmp_path


@pytest.fixture
def closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of which a part is closed to who lists it."""
    monkeypatch.chdir(folder)  # a path from here needs no leave to pass the folders above
    folder.chmod(0o755)
    (folder / "a" / "b").chmod(0)
    if ROOT:
        os.seteuid(65534)  # nothing is closed to root
    yield Path()
    if ROOT:
        os.seteuid(0)
    (folder / "a" / "b").chmod(0o755)


def test_files_and_folders_of_any_depth_are_found_and_links_not_followed(folder: Path) -> None:
    found = sorted(path.relative_to(folder).as_posix() for path in everything_below(folder))
    assert found == ["a", "a/b", "a/b/file", "linked"]


def test_what_cannot_be_listed_is_an_error_and_not_left_out(closed: Path) -> None:
    assert [path.name for path in closed.rglob("file")] == []  # in silence
    with pytest.raises(PermissionError, match=r"Permission denied: '\./a/b'"):
        list(everything_below(closed))
