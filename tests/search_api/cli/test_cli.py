from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from indexer import __version__
from search_api.cli import app, run
from tests.conftest import ROOT

COMMANDS = ["ask", "cite", "compare", "coverage", "doctor", "eval", "feedback", "harvest", "index",
            "inspect", "keys", "mcp", "pull", "push", "serve", "snapshots",
            "verify"]  # fmt: skip


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run a command line: its exit status, what it prints, and what it says on stderr."""
    status = run(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_shows_every_command_and_an_example(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said([option], capsys)
    assert (status, err) == (0, "")
    assert '\n  Example:\n    citywise index corpus\n    citywise ask "how did cities' in out
    assert "\\b" not in out
    listed = re.findall(r"^  (\w+) {2,}\w", out.partition("Commands:\n")[2], re.MULTILINE)
    assert listed == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_has_an_example_and_explains_each_option(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said([command, "--help"], capsys)
    assert (status, err) == (0, "")
    assert f"\n  Example: citywise {command} " in out
    found = app.get_command(click.Context(app), command)
    assert found is not None
    for parameter in found.params:
        if parameter.param_type_name == "option":
            assert parameter.opts[-1] in out
            assert getattr(parameter, "help", None), f"{command} {parameter.opts[-1]}"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(["--version"], capsys) == (0, f"citywise, version {__version__}\n", "")


def test_without_a_command_the_help_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said([], capsys)
    assert (status, out) == (2, "")
    assert err.startswith("Usage: citywise [OPTIONS] COMMAND [ARGS]...\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "No such command 'frobnicate'; see `citywise --help`"),
        (["--frobnicate"], "No such option '--frobnicate'; see `citywise --help`"),
        (["cite"], "Missing argument 'PASSAGE_ID...'; see `citywise cite --help`"),
        (
            ["verify", "--snapshot", "x"],
            "--snapshot says where to look for a --citation; see `citywise verify --help`",
        ),
        (
            ["snapshots", "diff", "a"],
            "`snapshots diff` takes 2 ids, 1 given; see `citywise snapshots --help`",
        ),
        (
            ["snapshots", "list", "a"],
            "`snapshots list` takes no id, 1 given; see `citywise snapshots --help`",
        ),
        (
            ["snapshots", "forget", "a"],
            "Invalid value for '[list|diff|rollback]': 'forget' is not one of 'list', 'diff', "
            "'rollback'; see `citywise snapshots --help`",
        ),
        (["ask"], "Missing argument 'QUESTION'; see `citywise ask --help`"),
        (["eval"], "Missing argument 'DATASET'; see `citywise eval --help`"),
        (["ask", "a", "b"], "Got unexpected extra argument (b); see `citywise ask --help`"),
        (["verify", "--quick"], "No such option '--quick'; see `citywise verify --help`"),
        (
            ["ask", "a", "-k", "0"],
            "Invalid value for '-k': 0 is not in the range 1<=x<=100; see `citywise ask --help`",
        ),
        (
            ["ask", "a", "-k", "101"],
            "Invalid value for '-k': 101 is not in the range 1<=x<=100; see `citywise ask --help`",
        ),
        (
            ["serve", "--port", "65536"],
            "Invalid value for '--port': 65536 is not in the range 0<=x<=65535; "
            "see `citywise serve --help`",
        ),
        (
            ["eval", "sets", "--mode", "magic"],
            "Invalid value for '--mode': 'magic' is not one of 'hybrid', 'dense', 'lexical'; "
            "see `citywise eval --help`",
        ),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence_that_leads_to_the_help(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(arguments, capsys) == (2, "", f"citywise: {message}\n")


@pytest.mark.parametrize(
    "line", ["ask water", "cite p", "verify", "serve", "mcp", "snapshots", "snapshots rollback abc"]
)
def test_a_folder_without_index_is_named_with_the_command_that_builds_one(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "no [index] here"
    assert said([*line.split(), "--index", str(nowhere)], capsys) == (
        2,
        "",
        f"citywise: {nowhere}: no index here; build one with `citywise index CORPUS "
        f"--index {nowhere}`\n",
    )


def test_the_index_is_looked_for_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITYWISE_INDEX", str(tmp_path / "elsewhere"))
    assert f"citywise: {tmp_path / 'elsewhere'}: no index" in said(["verify"], capsys)[2]
    here = str(tmp_path / "here")
    assert f"citywise: {here}: no index" in said(["verify", "--index", here], capsys)[2]


@pytest.mark.parametrize(("name", "value"), [("CITYWISE_PORT", "http"), ("CITYWISE_WORKERS", "0")])
def test_a_wrong_setting_in_the_environment_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    status, out, err = said(["verify"], capsys)
    assert (status, out) == (2, "")
    assert err.startswith("citywise: ")
    assert name in err


ASK = [sys.executable, "-m", "search_api", "ask", "informal settlements", "--index"]


@pytest.mark.slow
def test_python_runs_the_program_by_the_name_of_its_package(built: Path) -> None:
    done = subprocess.run(
        [*ASK, str(built), "-k", "1", "--json"], capture_output=True, timeout=60, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, b"")
    (result,) = json.loads(done.stdout.decode("utf-8"))["results"]
    assert "characters 69–164" in result["citation"]


@pytest.mark.slow
def test_the_installed_program_hands_its_exit_status_to_the_shell(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "citywise"
    done = subprocess.run(
        [program, "ask", "water", "--index", tmp_path], capture_output=True, timeout=60, cwd=ROOT
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"citywise: {tmp_path}: no index here")


@pytest.mark.slow
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_reader_that_has_seen_enough_is_no_failure(form: list[str], built: Path) -> None:
    with subprocess.Popen(
        [*ASK, str(built), *form], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="did not run: no /dev/full here")
def test_a_full_disk_is_one_sentence(built: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*ASK, str(built)], stdout=full, stderr=subprocess.PIPE, timeout=60, cwd=ROOT
        )
    said = done.stderr.decode()
    assert done.returncode == 2
    assert said.startswith("citywise: ")
    assert "No space left on device" in said
    assert "Traceback" not in said
