from __future__ import annotations

import importlib.metadata
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indexer import __version__
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import VECTORS
from search_api.cli import run
from search_api.doctor.packages import lacks
from search_api.feedback import Entry, record
from search_api.keys import Terms, create


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYWISE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CITYWISE_FEEDBACK", "")
    monkeypatch.setenv("CITYWISE_KEYS", str(tmp_path / "keys.sqlite"))


def found(index: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Exit status, and findings by what they are about."""
    status = run(["doctor", "--index", str(index), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["citywise"] == __version__
    assert told["healthy"] is (status == 0)
    assert [each for each in told["findings"] if each["state"] != "ok" and not each["mend"]] == []
    return status, {each.pop("about"): each for each in told["findings"]}


def test_a_healthy_installation_is_found_so(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, findings = found(built, capsys)
    manifest = IndexFolder(built).published().manifest
    assert status == 0
    assert {each["state"] for each in findings.values()} <= {"ok", "note"}
    assert findings["index"]["said"].startswith(f"{manifest.id}, built {manifest.built} by ")
    assert "3 documents, 7 passages" in findings["index"]["said"]
    assert findings["model"]["said"].startswith("sentence-transformers/all-MiniLM-L6-v2")
    assert findings["address"] == {
        "state": "ok",
        "said": "127.0.0.1, port 8000, 1 worker(s)",
        "mend": None,
    }


def test_for_eyes_each_finding_has_a_line_and_each_remedy_too(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITYWISE_HOST", "0.0.0.0")  # noqa: S104 - it is what is warned of
    assert run(["doctor", "--index", str(built)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert (
        "· address: 0.0.0.0, port 8000, 1 worker(s)\n    → set CITYWISE_PUBLIC_URL, or permalinks "
        "begin with whatever a visitor calls the host\n"
    ) in out
    assert f"✓ program: citywise {__version__}, Python 3." in out


def test_a_damaged_index_is_wrong_and_its_cure_is_named(
    index_copy: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = index_copy.published().path / VECTORS
    vectors.write_bytes(vectors.read_bytes()[:100])
    status, findings = found(index_copy.root, capsys)
    assert (status, findings["index"]["state"]) == (1, "wrong")
    assert findings["index"]["said"].startswith(f"{vectors}: 100 bytes instead of ")
    assert findings["index"]["mend"] == "rebuild with `citywise index`"


def test_no_index_is_wrong_and_the_command_that_builds_one_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, findings = found(tmp_path / "none", capsys)
    assert status == 1
    assert findings["index"] == {
        "state": "wrong",
        "said": f"{tmp_path / 'none'}: no index here",
        "mend": f"build one with `citywise index CORPUS --index {tmp_path / 'none'}`",
    }


def test_a_wrong_setting_is_the_one_finding(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITYWISE_PORT", "http")
    status, findings = found(built, capsys)
    assert (status, list(findings)) == (1, ["settings"])
    assert findings["settings"]["said"].startswith("CITYWISE_PORT=http: ")


def test_too_little_disk_is_wrong(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = shutil.disk_usage(built)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)  # no disk is filled for this
    status, findings = found(built, capsys)
    assert (status, findings["disk of the cache"]["state"]) == (1, "wrong")
    assert findings["disk of the cache"]["mend"] == "free some: a build needs 0.3 GB there"


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ("click>=0.1", None),
        ("mcp[cli]>=1", None),
        ("click", None),
        ("click>=9999.1", f"click {importlib.metadata.version('click')} is older than 9999.1"),
        ("no-such-package>=1", "no-such-package is not installed"),
    ],
)
def test_a_package_that_is_missing_or_old_is_named(requirement: str, said: str | None) -> None:
    assert lacks(requirement) == said


def test_keys_are_counted_and_a_collection_that_nobody_can_ask_is_wrong(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    create(tmp_path / "keys.sqlite", Terms(expires=date(2020, 1, 31)))
    status, findings = found(built, capsys)
    assert (status, findings["keys"]["said"]) == (0, "1 made, 0 of them good")
    monkeypatch.setenv("CITYWISE_REQUIRE_KEY", "1")
    status, findings = found(built, capsys)
    assert (status, findings["keys"]) == (1, {
        "state": "wrong",
        "said": "1 made, 0 of them good; nobody can ask, as a key is required",
        "mend": "make one with `citywise keys create`, or leave CITYWISE_REQUIRE_KEY out",
    })  # fmt: skip
    create(tmp_path / "keys.sqlite", Terms())
    status, findings = found(built, capsys)
    assert (status, findings["keys"]["said"]) == (0, "2 made, 1 of them good")


@pytest.mark.parametrize("about", ["keys", "feedback"])
def test_a_file_that_is_damaged_is_wrong_and_named(
    about: str,
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    damaged = tmp_path / f"{about}.sqlite"
    damaged.write_bytes(b"no database" * 100)
    monkeypatch.setenv(f"CITYWISE_{about.upper()}", str(damaged))
    status, findings = found(built, capsys)
    assert (status, findings[about]["state"]) == (1, "wrong")
    assert findings[about]["said"].startswith(f"{damaged}: ")
    assert findings[about]["mend"] is not None


def test_what_readers_said_is_counted(
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = tmp_path / "feedback.sqlite"
    record(kept, Entry("2020-03-25", "water", "p1", "0" * 16, True))
    monkeypatch.setenv("CITYWISE_FEEDBACK", str(kept))
    status, findings = found(built, capsys)
    assert (status, findings["feedback"]["said"]) == (0, f"1 of at most 100,000 entries in {kept}")
