from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.snapshot.folder import IndexFolder
from search_api.cli import run
from tests.conftest import ROOT


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = run(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_an_index_goes_elsewhere_and_comes_from_there(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    identity = IndexFolder(built).published().manifest.id
    status, out, err = said(["push", str(there), "--index", str(built)], capsys)
    assert (status, err) == (0, "")
    assert out.startswith(f"Published index {identity} at {there}; ")
    assert said(["push", str(there), "--index", str(built), "--json"], capsys)[1] == (
        json.dumps({"snapshot": identity, "sent": 0}) + "\n"
    )
    status, out, err = said(["pull", there.as_uri(), "--index", str(here)], capsys)
    assert (status, err) == (0, "")
    assert out.startswith(f"Published index {identity} in {here}; ")
    assert said(["pull", str(there), "--index", str(here)], capsys) == (
        0, f"Nothing has changed: index {identity} is up to date.\n", "",
    )  # fmt: skip
    assert json.loads(said(["pull", str(there), "--index", str(here), "--json"], capsys)[1]) == {
        "snapshot": identity, "changed": False, "fetched": 0,
    }  # fmt: skip


@pytest.mark.parametrize("command", ["pull", "push", "serve --source"])
def test_a_storage_of_no_known_kind_is_one_sentence(
    command: str, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [*command.split(), "nowhere://x", "--index", str(built)]
    more = ["--port", "0"] if "serve" in command else []
    assert said([*line, *more], capsys) == (
        2,
        "",
        "citywise: nowhere://x: cannot be used (Protocol not known: nowhere); check the address "
        "and what this machine may do there\n",
    )


@pytest.mark.load
def test_a_server_without_an_index_and_without_its_source_does_not_start(tmp_path: Path) -> None:
    source, index = tmp_path / "source", tmp_path / "index"
    command = [sys.executable, "-m", "search_api", "serve", "--port", "0", "--index", str(index)]
    done = subprocess.run(
        [*command, "--source", str(source)], capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (
        2,
        f"citywise: {source}: no index here; bring one with `citywise push {source} --index DIR`\n",
    )
